"""Private details that masking leaves alone in posts, and that still have no place in a public reply: street
addresses, national identity numbers beyond the United States', and numbers and addresses that are spelt out.

What masking takes out of a post must not cost a version or a size. A reply is one short text of ours, where a false
alarm costs a click and a leak cannot be taken back: so this looks closer.
"""

from __future__ import annotations

from itertools import pairwise

import regex

# ── where somebody lives ──────────────────────────────────────────────────────────────────────────────────────────────

_STREET = (
    r"(?:street|road|avenue|lane|crescent|terrace|gardens|boulevard|row|hill|grove|walk|mews|parade|quay|highway|st"
    r"|rd|ave"
    r"|ln|blvd)"
)
#: These are things as well ("2 Drive bits", "3 Way valves"): only where a place follows.
_STREET_OR_THING = r"(?:drive|way|court|close|place|square|park|green|view|rise)"
_NAME = r"(?:\p{Lu}[\p{L}'’.-]*\s+){1,3}?"
_UK_POSTCODE = r"(?:[A-PR-UWYZ][A-HK-Y]?\d[A-HJKMNPR-Y\d]?\s?\d[ABD-HJLNP-UW-Z]{2})"
_PLACE_FOLLOWS = rf"(?=\s*,\s*\p{{Lu}}|\s*,?\s*(?:{_UK_POSTCODE}|\d{{5}}\b)|\s+in\s+\p{{Lu}})"
_ADDRESS = regex.compile(
    rf"(?<![\w.,/-])\d{{1,4}}\s?[a-zA-Z]?\s+{_NAME}(?:(?i:{_STREET})\b|(?i:{_STREET_OR_THING})\b{_PLACE_FOLLOWS})"
    # Musterstraße 12, 12345 Ort and 12 rue de la Paix, 75002 Paris
    rf"|(?<!\w)\p{{Lu}}[\p{{L}}-]*(?i:stra(?:ß|ss)e|str\.|weg|gasse|allee|platz|laan"
    rf"|straat)\s+\d{{1,4}}\s?[a-z]?(?=\s*,?\s*\d{{4,5}}\s+\p{{Lu}})"
    rf"|(?<!\w)\d{{1,4}},?\s+(?i:rue|avenue|boulevard|place|chemin|via|calle"
    rf"|rua)\s[^\n,]{{3,40}},\s*\d{{4,5}}\s+\p{{Lu}}"
    # 12 canal street, leeds: written small, only with the place behind it
    r"|(?<![\w.,/-])\d{1,4}[a-z]?\s\p{Ll}+\s(?:street|road|avenue|lane)\s*,\s*\p{L}"
    r"|(?i:p\.?\s?o\.?\s?box)\s+\d+"
    rf"|(?<!\w){_UK_POSTCODE}(?!\w)"
)

# ── who somebody is ───────────────────────────────────────────────────────────────────────────────────────────────────

#: Great Britain's national insurance number, as HMRC gives its form out.
_NINO = regex.compile(r"(?<!\w)(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:\s?\d\d){3}\s?[A-D](?!\w)")
#: Italy's codice fiscale: the form alone holds sixteen places.
_CODICE_FISCALE = regex.compile(r"(?<!\w)[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?!\w)", regex.I)
_DNI = regex.compile(r"(?<![\w.-])(?P<number>[XYZ]?-?\d{7,8})-?(?P<letter>[A-HJ-NP-TV-Z])(?![\w-])")
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_NIR = regex.compile(
    r"(?<![\w.-])(?P<number>[12]\s?\d\d\s?(?:0[1-9]|1[0-2])\s?\d[\dAB]\s?\d{3}\s?\d{3})\s?(?P<key>\d\d)(?![\w-])"
)
#: Any other, where it is called by its name.
_NAMED_ID = regex.compile(
    r"(?<!\w)(?i:passport|national (?:id|identity|insurance)(?: card)?|identity card|id card|personal id|nhs|aadhaar"
    r"|bsn|pesel"
    r"|tax(?:payer)? id(?:entification)?|steuer-?id|dni|nie|nino|social insurance|medicare|cpf|personnummer"
    r"|driv(?:ing|er['’]?s) licen[cs]e)(?i:\s?(?:number|no\.?|nr\.?|card|code))?(?i:\s(?:is|was|of))?[\s:#=]{1,3}"
    r"(?=[\p{Lu}\d -]{0,12}\d)[\p{Lu}\d][\p{Lu}\d -]{4,20}[\p{Lu}\d](?!\w)"
)

#: A day of birth, and a password or PIN of somebody's.
_NAMED_SECRET = regex.compile(
    r"(?<!\w)(?:date of birth|dob|born(?: on)?)\b[^.?!\n\d]{0,12}\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|(?<!\w)(?:my|your|his|her|their|our)\s(?:\w+\s)?(?:password|passcode|pass phrase|pin)\s(?:is"
    r"|was)\s[\"“']?(?=\S*\d)\S{3,}",
    regex.I,
)

# ── what is spelt out ─────────────────────────────────────────────────────────────────────────────────────────────────

_DIGIT_WORD = r"(?:(?:double|triple|treble)\s+)?(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine)"
_DIGIT_WORDS = regex.compile(rf"(?<!\w){_DIGIT_WORD}(?!\w)", regex.I)
_SPELT_NUMBER = regex.compile(rf"(?<!\w)(?:{_DIGIT_WORD}|\d+)(?:[\s,.-]+(?:{_DIGIT_WORD}|\d+)){{5,20}}(?!\w)", regex.I)
_SINGLE_DIGITS = regex.compile(r"(?<![\w.,])\+?\d(?:[ .·_*/-]{1,3}\d){7,14}(?![\w]|[.,]\d)")
_TLD = r"(?:com|net|org|info|example|test|co\W{0,3}uk|de|fr|eu|io|me|mail)"
_SPELT_EMAIL = regex.compile(
    # ada at mail dot example; ada @ mail.example; ada(at)mail.example, ada AT mail DOT com
    rf"(?<![\w.+-])[\w.+-]{{2,64}}\s{{0,3}}(?:@|\bat\b(?!\s+(?:the|a|an)\b)|[\[({{<]\s*(?:at"
    rf"|@)\s*[\])}}>])\s*[\w-]{{2,63}}\s*(?:\bdot\b"
    rf"|[\[({{<]\s*(?:dot|\.)\s*[\])}}>])\s*{_TLD}\b"
    # a d a @ m a i l . c o m
    r"|(?<!\w)(?:\w\s){2,40}@\s(?:\w\s){2,40}(?:\.\s(?:\w\s?){2,20}){1,4}"
    rf"|(?<![\w.+-])[\w.+-]{{2,64}}\s*(?:@\s+|[\[({{<]\s*at\s*[\])}}>]\s*)[\w-]{{2,63}}\s*\.\s*{_TLD}\b",
    regex.I,
)


def plainly_written(text: str) -> str:
    """A folded text without what people put into a number or an address so that no program knows it: marks of emphasis
    and code, brackets round digits, key caps, an O for a nought, other separators, an @ as HTML or a URL has it."""
    for pattern, instead in _DISGUISES:
        text = pattern.sub(instead, text)
    return text


_DISGUISES = (
    (regex.compile(r"[*`~\uFE0F\u20E3]|(?<=\d)_|_(?=\d)|\\(?=@)"), ""),
    (regex.compile(r"\s?(?:&#0*64;|&commat;|%40)\s?", regex.I), "@"),
    (regex.compile(r"\((\d{1,5})\)\s?(?=\d)"), r"\1"),
    (regex.compile(r"(?<=\d|\d )[oO](?=[\d ]*\d)|(?<=\d)[oO](?=\s?\d)"), "0"),
    (regex.compile(r"(?<=\d{2})\s*[/|·]\s*(?=\d{2})"), "-"),
    (regex.compile(r"(?<=(?<!\d)\d{4})\.(?=\d{4}(?!\d))"), "-"),
)


def personal_details(text: str) -> tuple[str, ...]:
    """What of these a text holds, in its own words and order; it should be `folded` already."""
    found = [(match.start(), match.group()) for pattern in _BY_FORM for match in pattern.finditer(text)]
    found += [(match.start(), match.group()) for match in _DNI.finditer(text) if _is_dni(match)]
    found += [(match.start(), match.group()) for match in _NIR.finditer(text) if _is_nir(match)]
    found += [(match.start(), match.group()) for match in _SPELT_NUMBER.finditer(text) if _is_spelt_out(match)]
    found += [(match.start(), match.group()) for match in _SINGLE_DIGITS.finditer(text) if not _counts(match.group())]
    return tuple(words for _, words in sorted(found))


_BY_FORM = (_ADDRESS, _NINO, _CODICE_FISCALE, _NAMED_ID, _NAMED_SECRET, _SPELT_EMAIL)


def _is_spelt_out(match: regex.Match[str]) -> bool:
    """Whether so many words stand for digits, and so many digits come together, that it is a telephone number."""
    words = len(_DIGIT_WORDS.findall(match.group()))
    return words >= 4 and words + sum(character.isdigit() for character in match.group()) >= 7


def _is_dni(match: regex.Match[str]) -> bool:
    """Spain's DNI and NIE: the letter is the number modulo 23, X, Y and Z standing for 0, 1 and 2."""
    digits = match["number"].replace("-", "")
    digits = digits.replace("X", "0").replace("Y", "1").replace("Z", "2")
    return len(digits) == 8 and _DNI_LETTERS[int(digits) % 23] == match["letter"]


def _is_nir(match: regex.Match[str]) -> bool:
    """France's NIR: the key is 97 less the number modulo 97, 2A and 2B (Corsica) standing for 19 and 18."""
    digits = regex.sub(r"\s", "", match["number"]).replace("2A", "19").replace("2B", "18")
    return digits.isdigit() and 97 - int(digits) % 97 == int(match["key"])


def _counts(digits: str) -> bool:
    """Whether single digits only count up or down ("1 2 3 4 5 6 7 8"), or repeat one."""
    numbers = [int(digit) for digit in digits if digit.isdigit()]
    steps = {after - before for before, after in pairwise(numbers)}
    return len(steps) == 1
