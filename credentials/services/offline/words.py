"""What the offline verifier says, by the codes that its scripts use; `{name}` is filled in by the page."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """All sentences of the page's scripts, in the language of whoever downloads it."""
    return {**_verdicts(), **_names(), **_files(), **_forms(), **_trust(), **_page()}


def _verdicts() -> dict[str, str]:
    return {
        "verdict_signature_good": _("Signature good. Status unknown: offline"),
        "verdict_signature_good_told": _(
            "{issuer} signed this, and nothing was changed since. Whether it was revoked or suspended "
            "later cannot "
            "be seen without a connection: ask at {portal}/verify/ before you rely on it."
        ),
        "verdict_expired": _("Expired"),
        "verdict_expired_told": _(
            "{issuer} signed this, and nothing was changed since, but its period has ended. Whether it "
            "was also "
            "revoked is unknown: offline."
        ),
        "verdict_not_yet_valid": _("Not yet valid"),
        "verdict_not_yet_valid_told": _(
            "{issuer} signed this, and nothing was changed since, but its period has not begun. Whether "
            "it was "
            "revoked meanwhile is unknown: offline."
        ),
        "verdict_changed": _("Signature not good"),
        "verdict_changed_told": _(
            "This is not what the issuer signed: it was changed afterwards, or the issuer never signed it. "
            "Do not rely on it. Ask the person for the original file."
        ),
        "verdict_unknown_issuer": _("Issuer not known"),
        "verdict_unknown_issuer_told": _(
            "This file carries the keys of this portal's issuers only, and none of them is named as the "
            "issuer. "
            "That says nothing about others: ask the issuer itself."
        ),
        "verdict_compromised": _("Key not to be trusted"),
        "verdict_not_recognised": _("Not recognised"),
        "verdict_unreadable": _("Cannot be read"),
        "verdict_cannot_check": _("Cannot check"),
    }


def _names() -> dict[str, str]:
    return {
        "check_file": _("Kind of file"),
        "check_json": _("Readable in one way only"),
        "check_context": _("Vocabulary"),
        "check_form": _("Form of a credential"),
        "check_terms": _("Everything shown is signed"),
        "check_issuer": _("Issuer"),
        "check_proof": _("Signature"),
        "check_key": _("Key"),
        "check_dates": _("Dates"),
        "check_status": _("Revocation and suspension"),
        "check_print": _("Printed page"),
        "check_endorsement": _("Endorsement"),
        "state_ok": _("passed"),
        "state_failed": _("failed"),
        "state_not_checked": _("not checked"),
        "fact_recipient": _("Awarded to"),
        "fact_achievement": _("Achievement"),
        "fact_description": _("Description"),
        "fact_issuer": _("Issuer"),
        "fact_awarded": _("Awarded on"),
        "fact_from": _("Valid from"),
        "fact_until": _("Valid until"),
        "fact_credits": _("Credits earned"),
        "fact_evidence": _("Evidence"),
        "fact_number": _("Identifier"),
    }


def _files() -> dict[str, str]:
    return {
        "file_json": _("A credential as a JSON file."),
        "file_pdf": _("A PDF with one credential attached."),
        "file_png": _("A PNG picture with one credential inside."),
        "file_svg": _("An SVG picture with one credential inside."),
        "file_jwt": _("This is a credential in a shortened form (JWT), which is checked online only."),
        "file_unknown": _(
            "This is no kind of file that holds a credential. Choose a PDF, PNG, SVG or JSON file."
        ),
        "file_large": _("This file is larger than any that we make: 10 MB for a PDF, 5 MB for a picture."),
        "pdf_nothing": _(
            "No credential is attached to this PDF. A scan or a new print loses it: ask for the file."
        ),
        "pdf_several": _("More than one file is attached to this PDF, so it is not clear which one counts."),
        "pdf_locked": _("This PDF is locked with a password. Ask for the file as it was issued."),
        "pdf_unlike_ours": _(
            "This PDF is not built as our certificates are, perhaps because another program saved it again. "
            "Ask for the file as it was issued, or for the JSON."
        ),
        "picture_nothing": _(
            "No credential is inside this picture. Phones and chat programs often strip it out: ask for "
            "the JSON."
        ),
        "picture_several": _(
            "More than one credential is inside this picture, so it is not clear which one counts."
        ),
        "picture_broken": _("This picture is damaged, or not built as our badges are. Ask for the JSON."),
        "json_ok": _("The file can be read in one way only."),
        "json_large": _("The credential is larger than 256 kB, which no credential of ours is."),
        "json_utf8": _("The text is damaged: it is not UTF-8."),
        "json_object": _("The file is not one JSON object."),
        "json_malformed": _("The file is not sound JSON."),
        "json_many": _("The file holds more fields than any credential of ours."),
        "json_deep": _("The file is nested more deeply than any credential of ours."),
        "json_twice": _("The field “{field}” appears twice: readers would not agree which one counts."),
        "json_characters": _("The file holds characters that no text has."),
        "json_number": _("A number in the file is too large to be read by everybody alike."),
    }


def _forms() -> dict[str, str]:
    return {
        "context_ok": _("All words of the file have their published meaning."),
        "context_own": _("The file brings meanings of its own for its words."),
        "context_order": _("The file does not name the vocabularies of Open Badges 3.0 in their order."),
        "context_unknown": _("The file uses a vocabulary that is not carried here: {context}"),
        "form_ok": _("One Open Badge about one person. The full form is checked online."),
        "form_type": _("The file is not an Open Badge 3.0."),
        "form_subject": _("A credential is about exactly one person."),
        "form_issuer": _("The file names no issuer, or has no number."),
        "form_dates": _("A date in the file is missing or malformed."),
        "terms_ok": _("Every field shown here is covered by the signature."),
        "terms_unsigned": _("A field in the file is not covered by any signature."),
        "terms_disguised": _("The file is written so that readers may miss a part of it."),
        "terms_heavy": _("Checking this file would take too long. Check it online."),
    }


def _trust() -> dict[str, str]:
    return {
        "issuer_ok": _("{issuer}, whose published keys are carried here."),
        "issuer_claimed": _("Without a good signature the issuer is only claimed."),
        "issuer_unknown": _("The file names {issuer}, whose keys are not carried here."),
        "proof_ok": _("Nothing was changed since it was signed."),
        "proof_wrong": _("The signature does not fit the file."),
        "proof_missing": _("The file carries no signature, or too many."),
        "proof_kind": _("Signatures of this kind are checked online only."),
        "proof_purpose": _("The signature was not made to issue a credential."),
        "proof_later": _("The signature claims to be made later than now, by the clock of this device."),
        "proof_expired": _("The signature has run out."),
        "proof_unreached": _("The check did not come this far."),
        "key_ok": _("A key of the issuer, in use when this copy was made."),
        "key_retired": _("A key that the issuer used earlier. What it signed stays good."),
        "key_foreign": _("The key that the file names is not one of the issuer's."),
        "key_newer": _(
            "The key that the file names was not known when this copy was made. Download a new copy of "
            "the verifier."
        ),
        "key_compromised": _(
            "The signature fits, but others may have had this key. Do not rely on it: "
            "ask the person for a newly signed copy."
        ),
        "key_compromised_later": _(
            "The signature fits, but others may have had this key later. Only the portal can say whether "
            "it was made "
            "before that: check it online, or ask for a newly signed copy."
        ),
        "dates_ok": _("Today lies within its dates, by the clock of this device."),
        "dates_expired": _("Its period has ended."),
        "dates_early": _("Its period has not begun."),
        "dates_clock": _(
            "The clock of this device is wrong: it stands before the day on which this copy was made."
        ),
        "status_offline": _("Only the portal knows, and it is not asked from here. Ask at {portal}/verify/"),
        "print_compare": _(
            "The print itself is not signed. Compare it with the signed facts above, the name first of all."
        ),
        "endorsement_left": _("It carries an endorsement, which is checked online only and not shown here."),
        "browser_old": _(
            "This browser cannot check Ed25519 signatures. "
            "Open this file in a newer Chrome, Edge, Firefox or Safari."
        ),
        "unexpected": _("Something unexpected happened while checking. Check it online."),
    }


def _page() -> dict[str, str]:
    return {
        "checking": _("Checking…"),
        "checked_at": _("{file}, checked on {moment} by the clock of this device."),
        "pasted": _("Pasted text"),
        "facts": _("What was signed"),
        "facts_told": _("These are the issuer's own words. Anything else that you were shown is not."),
        "checks": _("What was checked"),
        "digest": _("Fingerprint of the credential (SHA-256): {digest}"),
        "person": _("Is it this person?"),
        "person_label": _("Their e-mail address"),
        "person_compare": _("Compare"),
        "person_same": _("This is the address that the credential was issued to."),
        "person_other": _("This is not the address that the credential was issued to."),
        "print": _("Print this page"),
    }
