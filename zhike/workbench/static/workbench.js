// What the pages do without a script, they do with it too; this only spares clicks.
"use strict";

// "/" leads to the field for a customer's number, as in most programs that people know.
document.addEventListener("keydown", (event) => {
  const field = document.querySelector(".find [name=find]");
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "/" && field && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
  }
});

// What was chosen holds at once.
for (const one of document.querySelectorAll(".choices select")) {
  one.addEventListener("change", () => one.form.requestSubmit());
}

// A file that is chosen is put into the field for its text.
for (const one of document.querySelectorAll("[type=file][data-into]")) {
  one.closest("label").hidden = false;
  one.addEventListener("change", async () => {
    if (one.files.length) one.form.elements[one.dataset.into].value = await one.files[0].text();
  });
}

// A form is sent once, however often it is clicked.
for (const one of document.forms) {
  one.addEventListener("submit", (event) => {
    if (one.dataset.sent) event.preventDefault();
    one.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const one of document.forms) delete one.dataset.sent;
});
