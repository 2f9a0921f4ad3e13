"""Sixteen invented councils and sixteen invented suppliers, for the large demonstration."""

from __future__ import annotations

from itertools import islice

from marketplace.demo.story import StoryOrganisation, StoryPerson

# Each name is followed by the town's postcode letters and how many thousand people live there.
COUNCILS = (
    ("Ashwick Borough Council", "AW", 118), ("Fernbridge City Council", "FB", 241),
    ("Coldstow District Council", "CW", 74), ("Marlpit Borough Council", "MP", 133),
    ("Thornhaven Council", "TH", 196), ("Wexcombe District Council", "WX", 88),
    ("Hollinbeck City Council", "HB", 312), ("Saltersea Council", "SS", 157),
    ("Pendlewick Borough Council", "PW", 102), ("Oakenfold District Council", "OF", 69),
    ("Harrowmere Council", "HM", 221), ("Lintondale District Council", "LD", 81),
    ("Quarrington Borough Council", "QB", 144), ("Strathmoyle Council", "SM", 176),
    ("Glenarrow Council", "GA", 93), ("Penllwyd County Borough", "PL", 139),
)  # fmt: skip

SUPPLIERS = (
    ("Larkrise Works Ltd", "Seven builders and a former housing officer."),
    ("Halfpenny Bridge CIC", "A community company that pays neighbours for work near their door."),
    ("Northlight Methods Ltd", "Statisticians who count first and speak second. Nine people."),
    ("Tallow & Wick Ltd", "Product makers with a workshop and a kiln. Twelve people."),
    ("Second Kettle Ltd", "Nurses and carers who design visits. Six people, two of them part time."),
    ("Millrace Data Ltd", "Maps and small programs for people who work outdoors."),
    ("The Doorstep Partnership", "A charity that has knocked on doors in four towns for eleven years."),
    ("Copperbeech Studio LLP", "Service designers who work from the counter, not from the meeting room."),
    ("Fourways Transport Ltd", "Runs school and day-centre buses in two counties. Thirty drivers."),
    ("Inkwell Law Ltd", "Solicitors who turn forms into one page."),
    ("Greenhithe Engineering Ltd", "Drainage engineers, three vans, one laser."),
    ("Plain Sailing Software Ltd", "Eight programmers who also answer the phone."),
    ("Wren & Daughters Ltd", "A family firm that has fitted alarms and locks since 1974."),
    ("Commonplace Trust", "A charity that keeps libraries open in the evening and lends its rooms."),
    ("Stonecrop Analytics Ltd", "A university spin-out that measures whether things last."),
    ("Evenfall Systems plc", "A large contractor with 1,900 staff in twenty towns."),
)

FIRST = (
    "Amara", "Bryn", "Cerys", "Dominic", "Elspeth", "Farid", "Gwen", "Hamish", "Iona", "Jasper", "Kavita", "Lewis",
    "Moira", "Nadia", "Owen", "Philippa", "Qasim", "Rhona", "Stefan", "Tamara", "Uma", "Vernon", "Winifred", "Yara",
)  # fmt: skip
LAST = (
    "Abbot", "Birtwell", "Carrick", "Dunmore", "Ellery", "Farrant", "Gillow", "Hesketh", "Inchley", "Jessop",
    "Kirkbride", "Lomax", "Mowbray", "Nettleton", "Orford", "Penhale", "Quiller", "Rokeby", "Selwyn", "Thackray",
    "Upcott", "Venning", "Wadham",
)  # fmt: skip
STREETS = ("Market Place", "Corn Street", "Priory Lane", "Station Road", "Bridge Street")

_names = ((FIRST[n % len(FIRST)], LAST[n * 5 % len(LAST)]) for n in range(len(FIRST) * len(LAST)))


def _people(domain: str, count: int) -> tuple[StoryPerson, ...]:
    return tuple(
        StoryPerson(
            f"{first}-{last}-{domain}".lower(), f"{first} {last}", f"{first}.{last}@{domain}.example".lower()
        )
        for first, last in islice(_names, count)
    )


def _slug(name: str) -> str:
    return "-".join(name.lower().replace("&", "and").replace(".", "").split())


def _council(number: int, name: str, post: str, thousands: int) -> StoryOrganisation:
    town = name.split()[0]
    return StoryOrganisation(
        slug=_slug(name),
        name=name,
        kind="authority",
        address=f"Town Hall, {STREETS[number % len(STREETS)]}, {town} {post}1 {number % 9 + 1}AA",
        description=f"{thousands},000 people live in {town} and the villages around it.",
        people=_people(f"{town.lower()}", 4),
    )


def _supplier(number: int, name: str, description: str) -> StoryOrganisation:
    large = name.endswith("plc")
    post = COUNCILS[number][1]
    return StoryOrganisation(
        slug=_slug(name),
        name=name,
        kind="supplier",
        address=f"{number + 3} {STREETS[-1 - number % len(STREETS)]}, {COUNCILS[number][0].split()[0]} {post}2 {number % 8 + 1}BD",
        company_number=f"EX2{number:05}",
        description=description,
        sme=not large,
        non_profit=name.endswith(("CIC", "Trust", "Partnership")),
        people=_people(_slug(name).replace("-", ""), 1),
    )


AUTHORITIES = tuple(_council(number, *council) for number, council in enumerate(COUNCILS))
FIRMS = tuple(_supplier(number, *firm) for number, firm in enumerate(SUPPLIERS))
