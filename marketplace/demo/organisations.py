"""The invented authorities and suppliers of the demonstration, and the people who work there.

Addresses are in towns that do not exist, e-mail addresses end in `.example`, and company numbers
begin with EX, which no register uses.
"""

from __future__ import annotations

from marketplace.demo.story import StoryOrganisation, StoryPerson


def _people(domain: str, *names: str) -> tuple[StoryPerson, ...]:
    return tuple(_person(domain, name) for name in names)


def _person(domain: str, name: str) -> StoryPerson:
    words = name.lower().split()
    return StoryPerson(key="-".join(words), name=name, email=f"{'.'.join(words)}@{domain}")


AUTHORITIES: tuple[StoryOrganisation, ...] = (
    StoryOrganisation(
        slug="northern-uplands-nature",
        name="Northern Uplands Nature Agency",
        kind="authority",
        address="4 Rowan Brae, Kinlarig KL1 4RB",
        description="Looks after wild places and those who manage them, from the coast to the high tops.",
        people=_people(
            "uplands-nature.example", "Catriona Baird", "Euan Strachan", "Lorna Petrie", "Femi Adeyemi"
        ),
    ),
    StoryOrganisation(
        slug="isles-forestry",
        name="Forestry Service for the Isles",
        kind="authority",
        address="The Sawmill, Harbour Road, Strandvoe SV2 6TR",
        description="Grows and looks after public woods on 34 islands, and runs three tree nurseries.",
        people=_people(
            "islesforestry.example", "Morag Sinclair", "Hamish Tulloch", "Elspeth Groat", "Rory Linklater"
        ),
    ),
    StoryOrganisation(
        slug="eastmarch",
        name="London Borough of Eastmarch",
        kind="authority",
        address="Town Hall, Lantern Row, London EX1 4EM",
        description="A borough of 212,000 people between the river and the marshes.",
        people=_people("eastmarch.example", "Adaeze Bright", "Leonard Fisk", "Parveen Malik", "Ben Hollier"),
    ),
    StoryOrganisation(
        slug="firth-and-glens-fire",
        name="Firth and Glens Fire and Rescue Service",
        kind="authority",
        address="Headquarters, Signal Road, Arbrennan AB9 2SR",
        description="61 stations, most of them crewed by people with another job. 2,300 firefighters.",
        people=_people(
            "firthglensfire.example", "Shona Guthrie", "Malcolm Orr", "Priya Raman", "Davie Laing"
        ),
    ),
    StoryOrganisation(
        slug="aldermere",
        name="Aldermere District Council",
        kind="authority",
        address="The Old Corn Hall, Market Place, Aldermere AM1 1CH",
        description="A rural council. 84 villages, 73,000 people, and buses in 31 of the villages.",
        people=_people(
            "aldermere.example", "Hannah Pickering", "Robert Eastwood", "Siobhan Daly", "Tom Wetherby"
        ),
    ),
    StoryOrganisation(
        slug="materials-and-waste",
        name="Agency for Materials and Waste",
        kind="authority",
        address="Weighbridge House, Canal Street, Torwell TW3 8CS",
        description="Sets the rules for moving waste and follows up when waste goes missing.",
        people=_people(
            "amw.example", "Olivia Trent", "Gareth Pugh", "Ngozi Okafor", "Peter Lindqvist", "Ruth Abel"
        ),
    ),
    StoryOrganisation(
        slug="brackenford",
        name="Brackenford City Council",
        kind="authority",
        address="Civic Centre, Fuller Street, Brackenford BF1 2FS",
        description="Landlord of 11,400 homes, a third of them built before 1945.",
        people=_people(
            "brackenford.example", "Joanne Speight", "Imran Qureshi", "Helen Marlowe", "Daniel Osei"
        ),
    ),
    StoryOrganisation(
        slug="caldrum-health",
        name="Caldrum Health Board",
        kind="authority",
        address="Infirmary Wynd, Caldrum CD2 7IW",
        description="Health services for 290,000 people in a town, its hinterland and four islands.",
        people=_people(
            "caldrumhealth.example", "Mairi Fraser", "Alasdair Kerr", "Ritu Banerjee", "Callum Reid"
        ),
    ),
    StoryOrganisation(
        slug="trade-and-enterprise",
        name="Office for Trade and Enterprise",
        kind="authority",
        address="2 Ledger Court, Westhaven WH1 5LC",
        description="Writes and explains the rules that businesses work under.",
        people=_people(
            "ote.example", "Beth Calloway", "Simon Achebe", "Margaret Foyle", "Yusuf Demir", "Clara Hensley"
        ),
    ),
    StoryOrganisation(
        slug="citizen-services",
        name="Directorate for Citizen Services",
        kind="authority",
        address="Threshold Building, Gate Lane, Westhaven WH2 9GL",
        description="Runs the parts of public services that every other service needs.",
        people=_people(
            "citizenservices.example", "Anwen Price", "Duncan Mather", "Leila Haddad", "George Tandy"
        ),
    ),
)

SUPPLIERS: tuple[StoryOrganisation, ...] = (
    StoryOrganisation(
        slug="kelpie-instruments",
        name="Kelpie Instruments Ltd",
        kind="supplier",
        address="The Net Loft, Shore Street, Portcraig PC4 1SS",
        company_number="EX100412",
        description="Nine people who build small measuring instruments and repair their own.",
        sme=True,
        people=_people("kelpie.example", "Fiona Drummond", "Ross Imlach"),
    ),
    StoryOrganisation(
        slug="hearth-and-vent",
        name="Hearth and Vent Co-operative Ltd",
        kind="supplier",
        address="Unit 6, Tannery Yard, Brackenford BF4 6TY",
        company_number="EX100587",
        description="Twenty-two heating and ventilation fitters who own the firm they work for.",
        sme=True,
        people=_people("hearthandvent.example", "Gwen Rowlands"),
    ),
    StoryOrganisation(
        slug="two-lighthouses",
        name="Two Lighthouses",
        kind="supplier",
        address="9 Pilot Row, Skerrahaven SK1 3PR",
        description="A nurse and a programmer on one island, working evenings. Not yet a company.",
        sme=True,
        not_yet_company=True,
        people=_people("twolighthouses.example", "Sam Okoye", "Ines Ferreira"),
    ),
    StoryOrganisation(
        slug="marram-analytics",
        name="Marram Analytics Ltd",
        kind="supplier",
        address="31 Exchange Walk, Torwell TW1 4EW",
        company_number="EX101133",
        description="Statisticians who say how sure they are. Six people, most of them part time.",
        sme=True,
        people=_people("marram.example", "Rachel Winfield"),
    ),
    StoryOrganisation(
        slug="fieldnote",
        name="Fieldnote CIC",
        kind="supplier",
        address="The Reading Room, Nether Sallow, Aldermere AM7 2RR",
        company_number="EX101290",
        description="A community company run from a village hall. Surpluses go back to the village.",
        sme=True,
        non_profit=True,
        people=_people("fieldnote.example", "Tamsin Hollis"),
    ),
    StoryOrganisation(
        slug="quillback",
        name="Quillback Software Ltd",
        kind="supplier",
        address="Third Floor, 18 Chancel Street, Westhaven WH4 7CS",
        company_number="EX101677",
        description="Lawyers and programmers in one room, turning legal text into questions with answers.",
        sme=True,
        people=_people("quillback.example", "Adrian Novak"),
    ),
    StoryOrganisation(
        slug="ostler-mobility",
        name="Ostler Mobility Ltd",
        kind="supplier",
        address="Coach House, Station Approach, Merrowby MB2 5SA",
        company_number="EX101904",
        description="Runs shared vehicles in three rural districts, with eleven staff and 140 drivers.",
        sme=True,
        people=_people("ostler.example", "Deepa Nair"),
    ),
    StoryOrganisation(
        slug="greylag-systems",
        name="Greylag Systems plc",
        kind="supplier",
        address="Greylag Tower, 1 Meridian Quay, Westhaven WH1 1MQ",
        company_number="EX102051",
        description="A large integrator. 4,200 staff, and systems in forty public bodies.",
        people=_people("greylag.example", "Victor Langham"),
    ),
    StoryOrganisation(
        slug="tidewrack",
        name="Tidewrack Research Ltd",
        kind="supplier",
        address="Laboratory 3, Science Park, Arbrennan AB4 3SP",
        company_number="EX102318",
        description="A university spin-out, five chemists and a technician, two years old.",
        sme=True,
        people=_people("tidewrack.example", "Aoife Brennan"),
    ),
    StoryOrganisation(
        slug="saltmarsh-studio",
        name="Saltmarsh Studio LLP",
        kind="supplier",
        address="The Sail Room, Staithe Road, Merrowby MB1 8SR",
        company_number="EX102466",
        description="Service designers who sit in waiting rooms before they draw anything.",
        sme=True,
        people=_people("saltmarsh.example", "Kit Marchetti"),
    ),
    StoryOrganisation(
        slug="open-bench",
        name="Open Bench Foundation",
        kind="supplier",
        address="12 Carding Mill Lane, Torwell TW5 0CM",
        company_number="EX102725",
        description="A charity that writes open-source software for public bodies and gives it away.",
        sme=True,
        non_profit=True,
        people=_people("openbench.example", "Noor Rahimi"),
    ),
    StoryOrganisation(
        slug="corvid-trace",
        name="Corvid Trace Ltd",
        kind="supplier",
        address="Unit 2, Gasworks Estate, Torwell TW2 6GE",
        company_number="EX102980",
        description="Founded by a former haulier and a former fraud investigator. Seven people.",
        sme=True,
        people=_people("corvidtrace.example", "Lewis Abara"),
    ),
    StoryOrganisation(
        slug="bellwether",
        name="Bellwether Youth Trust",
        kind="supplier",
        address="The Tram Depot, Wheelwright Street, Caldrum CD1 4WS",
        company_number="EX103154",
        description="A youth charity with drop-ins in six towns. Half of its board is under 25.",
        sme=True,
        non_profit=True,
        people=_people("bellwether.example", "Jodie McAllister"),
    ),
    StoryOrganisation(
        slug="ember-lane",
        name="Ember Lane Textiles Ltd",
        kind="supplier",
        address="Spinning Mill, Ember Lane, Portcraig PC2 9EL",
        company_number="EX103377",
        description="Third-generation weavers of protective cloth. Thirty-eight people, one mill.",
        sme=True,
        people=_people("emberlane.example", "Harriet Boyle"),
    ),
)

ORGANISATIONS: tuple[StoryOrganisation, ...] = AUTHORITIES + SUPPLIERS

OPERATOR = StoryPerson(key="operator", name="Iris Keeper", email="iris.keeper@daylight.example")
