// What the pages do without a script, they do with it too; this only spares clicks.
"use strict";

// A link carries its code behind the #, which browsers send to nobody. It leaves the address before anything else happens, goes to our
// own page in a form, and from there into a cookie that no script sees.
const carried = /^#[A-Za-z0-9_-]{40,64}$/.test(location.hash) ? location.hash.slice(1) : "";
if (carried) {
  history.replaceState(null, "", location.pathname + location.search);
  const form = document.createElement("form");
  const field = document.createElement("input");
  form.method = "post";
  form.action = "/me/enter";
  field.type = "hidden";
  field.name = "token";
  field.value = carried;
  form.append(field);
  document.body.append(form);
  form.submit();
}

// What was chosen holds at once.
for (const one of document.querySelectorAll(".choices select")) {
  one.addEventListener("change", () => one.form.requestSubmit());
}

// A form is sent once, however often it is clicked; a file can be fetched again.
for (const one of document.querySelectorAll("form:not(.again)")) {
  one.addEventListener("submit", (event) => {
    if (one.dataset.sent) event.preventDefault();
    one.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const one of document.forms) delete one.dataset.sent;
});
window.addEventListener("hashchange", () => {
  if (/^#[A-Za-z0-9_-]{40,64}$/.test(location.hash)) location.reload();
});

// A device that nobody touches asks whether somebody is still there: what is ticked so far is kept first. Pages without scripts do so by themselves.
const { idle, then } = document.body.dataset;
if (idle) {
  let waiting;
  const leave = () => {
    const answers = document.getElementById("answers");
    if (!answers) return location.assign(then);
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "go", value: "still" });
    answers.append(field);
    answers.submit();
  };
  const again = () => {
    clearTimeout(waiting);
    waiting = setTimeout(leave, Number(idle) * 1000);
  };
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(kind, again, { passive: true });
  again();
}
