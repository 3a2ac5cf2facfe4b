"""What serving rests on: feature rows published from an archive, who the customers are, and their keys."""

from __future__ import annotations

from typing import Final

from zhike.core.ledger.table import ACTOR, AT, CUSTOMER, WHO, LedgerTable, column, optional, sealed

__all__ = ["TABLES"]

TABLES: Final = (
    LedgerTable(
        "publications", "Feature rows published from an archive, for decisions in real time.", ("number",),
        (
            column("number", "int", "-", "Counted up, never used twice."),
            column("at", "day", "-", "Day of the archive."),
            column("policy", "text", "-", "Path of the policy."),
            column("policy_version", "text", "-", "Its version."),
            column("manifest", "text", "-", "SHA-256 of the bank's manifest: all rows that it rests on."),
            column("setting", "text", "-", "Address of the blob with actions, conditions, prices and software versions."),
            column("customers", "int", "-", "Number of dossiers."),
            column("state", "text", "-", "building, active or retired."),
            AT, ACTOR,
        ),
    ),
    LedgerTable(
        "dossiers", "What is known and computed beforehand of one customer.", ("publication", CUSTOMER),
        (
            column("publication", "int", "-", "Number of the publication."), WHO,
            sealed("content", "bytes", "Inputs, verdicts, scores and values of all candidates."),
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "portraits", "What pages show of one customer of the active publication.", ("publication", CUSTOMER),
        (
            column("publication", "int", "-", "Number of the publication."), WHO,
            sealed("content", "bytes", "The archive's row and the rows behind it, as compressed JSON."),
        ),
        indexes=((CUSTOMER,),),
    ),
    LedgerTable(
        "identities", "Name and phone number of a customer, as last published.", (CUSTOMER,),
        (
            WHO, sealed("content", "json", "Name and phone number."),
            column("fingerprint", "text", "-", "Keyed hash of the content: whether it has changed is seen without opening it."),
        ),
    ),
    LedgerTable(
        "search_terms", "Under which keyed hashes a customer is found: parts of the name, its pinyin, the end of the phone number.",
        ("term", CUSTOMER),
        (column("term", "int", "-", "First eight bytes of the hash under the search key."), WHO),
        clustered=True,
    ),
    LedgerTable(
        "search_keys", "The key of the hashes by which customers are found.", ("key_id",),
        (column("key_id", "text", "-", "Identifier."), sealed("content", "bytes", "The key.", "C3"), AT),
    ),
    LedgerTable(
        "blobs", "Content that many rows share, found by its hash; nothing personal.", ("address",),
        (
            column("address", "text", "-", "SHA-256 of the content."),
            column("content", "bytes", "-", "The content."),
        ),
    ),
    LedgerTable(
        "customers", "Who the customers are to the ledger: branch, adviser, merges, erasure.", (CUSTOMER,),
        (
            WHO,
            optional("branch", "text", "C1", "Branch or region that serves the customer."),
            optional("adviser", "text", "C1", "Member of staff who advises the customer."),
            optional("tier", "text", "C1", "Service tier, as the publication has it."),
            optional("contacted_on", "day", "C1", "Day of the last contact by the bank that the publication knows."),
            optional("household_id", "text", "C1", "Household whose members share caps, where the policy has such caps."),
            optional("merged_into", "text", "C2", "The customer that this one turned out to be."),
            column("state", "text", "C1", "active, merged, anonymised or erased."),
            column("version", "int", "C1", "Raised by every change of what is live about the customer."),
            sealed("live", "json", "Contacts, consents, refusals, preferences since the publication."),
        ),
        indexes=(("adviser",), ("branch",), ("household_id",), ("merged_into",)),
    ),
    LedgerTable(
        "person_keys", "The key under which one customer's data are sealed, itself wrapped by the bank's key.", (CUSTOMER,),
        (
            WHO,
            optional("wrapped", "bytes", "C3", "The wrapped key; gone after erasure."),
            column("created_at", "instant", "C1", "When it was made."),
            optional("destroyed_at", "instant", "C1", "When it was destroyed."),
        ),
    ),
)  # fmt: skip
