"""Eight problems that many councils have alike, told once, with room for each one's name and numbers.

`{place}` is the council, `{people}` its population, `{many}`, `{some}` and `{few}` are counts that grow with it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """A challenge without a place. `ideas` are what suppliers would do about it, the best supported first."""

    topic: str
    title: str
    summary: str
    problem: str
    why_now: str
    affected: str
    tried: str
    measure: str
    baseline: str
    target: str
    data: str
    adoption: str
    ideas: tuple[str, str, str, str]
    result: str
    lessons: str
    stopped: str


PROBLEMS: tuple[Problem, ...] = (
    Problem(
        topic="housing",
        title="Empty homes that nobody has the keys to, {place}",
        summary="{many} homes stand empty for more than two years while {some} families wait in one room. We look for a way from an empty house to a lived-in one that an owner says yes to.",
        problem="Most owners are not speculators. They inherited a house, live far away, and do not know where to begin. Our letters threaten; one in nine is answered.\n\nA house that is entered in the first year needs paint. After five it needs a roof.",
        why_now="The grant for repairs runs for two more years. Families in one room cost us more each month than a repair.",
        affected="{some} families in temporary rooms, their schools, and the neighbours of {many} dark houses.",
        tried="A premium on council tax brought money and few homes back. An officer who rang owners brought back {few} in a year, and then left.",
        measure="Homes lived in again within a year of our first contact",
        baseline="1 in 40",
        target="1 in 8",
        data="Empty homes by street and length, without names",
        adoption="The housing board pays for what works from the repairs grant, and the empty homes officer runs it.",
        ideas=(
            "We ring first and write second. A caller who knows probate walks the owner through three choices, and a builder prices each within a week.",
            "We lease the house for seven years, repair it from the rent and hand it back. The owner signs one page.",
            "Neighbours know the story of a house. We pay a street warden to find the owner, and stay with the case until a light is on.",
            "A map shows every owner what houses like theirs earned once they were let, and whom to ask.",
        ),
        result="One home in nine was lived in within a year of the first call. Most owners had been waiting for somebody to tell them what probate allows.",
        lessons="Owners answer a person. The builder’s price within a week mattered more than its size.",
        stopped="The repairs grant was withdrawn before the proposals were scored, so nothing could be adopted.",
    ),
    Problem(
        topic="transport",
        title="A school run without cars at the gate, {place}",
        summary="{many} children live within a mile of school and a third are driven. The street outside is the most dangerous place of their day. How might they arrive another way, also when it rains?",
        problem="Parents drive because other parents drive. Each says that the road is unsafe, and each is right.\n\nWardens move the cars to the next street, and they are back within a month.",
        why_now="Two primary schools merge next year, and {some} more children will arrive at one gate.",
        affected="{many} children, people in {few} streets, and grandparents who do half of the driving.",
        tried="A closed street worked at one school and needed four volunteers a day. A poster contest moved nobody.",
        measure="Children who arrive on foot, by wheel or by bus on a wet Tuesday",
        baseline="58 in 100",
        target="80 in 100",
        data="Where pupils live, in hexagons of 200 metres",
        adoption="The road safety team runs what works from the school streets budget.",
        ideas=(
            "Children walk in lines with a paid walker, at fixed times past fixed lamp posts. A parent sees by text that the line has passed.",
            "We ask each family for one morning a week. Seven families make a rota, and the rota is what we look after.",
            "The gate moves. We open the back path at ten schools, light it, and put the greeting there.",
            "A count at the gate each morning, shown in the hall by class, with a wet-day bonus.",
        ),
        result="On wet Tuesdays 77 in 100 arrived without a car. Lines that started before half past eight lasted; later ones did not.",
        lessons="Parents trusted a named walker. The text mattered for two weeks, and then nobody read it.",
        stopped="The merger of the schools was put off by two years, and with it the need.",
    ),
    Problem(
        topic="health",
        title="People who leave hospital to a cold, empty house, {place}",
        summary="{some} people a year go home from hospital to a house with no heating on and nobody there. One in six is back within a month. How might somebody be expecting them?",
        problem="Discharge is decided at eleven and happens at four. The family lives elsewhere. The care package starts on Monday.\n\nThose who come back do so because of falls, cold and pills, in that order.",
        why_now="The hospital opens a new ward for older people in spring, and will send more people home sooner.",
        affected="About {some} people over 75 who live alone, ward nurses, and {few} care workers.",
        tried="A list of volunteers existed for a year; it was out of date when it was needed. A phone call on day three came too late.",
        measure="People back in hospital within 30 days of going home alone",
        baseline="16 in 100",
        target="10 in 100",
        data="Discharges by hour and ward, without names",
        adoption="The joint care board pays from the discharge fund, and the home care team runs it.",
        ideas=(
            "A neighbour on call, paid by the visit, turns on the heating and stays until the kettle has boiled. The ward books her as it books transport.",
            "A box at the door with food, a lamp and a thermometer that rings us below 16 degrees.",
            "One nurse for the first three evenings, for everybody who goes home alone after noon.",
            "A page that shows ward, family and care team the same three facts: when, who is there, what is missing.",
        ),
        result="11 in 100 were back within thirty days. The visit cost less than one night on a ward.",
        lessons="Being expected mattered to people more than being cared for. Wards book what can be booked in one click.",
        stopped="The hospital trust set up a service of its own while proposals were open.",
    ),
    Problem(
        topic="environment",
        title="Drains that flood the same streets again, {place}",
        summary="The same {few} streets flood with each summer storm, and we learn of it from phone calls. {many} gullies are cleaned by the calendar. How might we clean the ones that matter, in time?",
        problem="A gully needs cleaning when leaves, grit and a dip in the road come together. Our calendar knows none of these.\n\nCrews know the bad ones by heart, and the two who know most retire next year.",
        why_now="Four storms last summer were each called a one-in-thirty-years storm.",
        affected="{some} homes and shops below the water line, and two crews of four.",
        tried="Sensors in 40 gullies lasted one winter. A hotline brought {some} calls on the same afternoon.",
        measure="Homes and shops with water inside in a storm of 20 mm an hour",
        baseline="1 in 6 on those streets",
        target="1 in 30",
        data="Six years of gully cleaning and flood calls",
        adoption="The highways contract is let again in two years and will ask for what works.",
        ideas=(
            "We drive each street once with a laser on the van and find the dips. Dips, trees and calls make a list of the two hundred gullies to clean before rain.",
            "Crews tap what they find on a phone, half full or full, and the round follows what they tapped.",
            "Residents adopt a gully. A text the evening before rain asks them to clear its grate.",
            "A float in each bad gully that a passing bin lorry reads.",
        ),
        result="Two storms came. Water stood in 4 homes of the 130 that used to flood. Two thirds of the work was done with brooms.",
        lessons="The list was short, and that was the use of it. The crew corrected one entry in eight.",
        stopped="A new sewer for the lowest streets was funded, and changed where water goes.",
    ),
    Problem(
        topic="business",
        title="High streets whose shops open too late to be known, {place}",
        summary="{some} shop units stand empty, and new traders give up before their first summer. How might somebody with a good idea try it for a month without a lease of five years?",
        problem="A lease, a deposit, a surveyor and rates come before the first customer. Landlords fear a tenant who leaves; tenants fear a lease that stays.\n\nHalf of those who asked us last year never opened.",
        why_now="The last bank closes in autumn, in the middle of the street.",
        affected="{few} would-be traders a month, landlords of {some} units, and everybody who walks there.",
        tried="Free rent for three months brought charity shops. A market on Saturdays filled the street for one day of seven.",
        measure="Units open on a Wednesday at eleven",
        baseline="71 in 100",
        target="85 in 100",
        data="Units, rents asked and rates, by street",
        adoption="The town centre team takes the running over from its events budget.",
        ideas=(
            "We take ten units on one licence and let them by the week, with shelves, till and insurance inside. Whoever stays three months gets a lease that we negotiated.",
            "One page that landlords, fire officers and the rates office have signed beforehand.",
            "Traders share a unit by the hour: bread until ten, repairs until three, language lessons after.",
            "A window for each empty unit in which somebody in town sells by post.",
        ),
        result="Eight of ten units were let in every week of the year, and five traders stayed. Footfall on Wednesdays rose by a fifth.",
        lessons="Insurance was the wall, not rent. Landlords joined once one of them had.",
        stopped="The largest landlord sold the street, and its new owner builds flats.",
    ),
    Problem(
        topic="safety",
        title="Smoke alarms where nobody lets us in, {place}",
        summary="Most who die in fires had no working alarm, and had refused a visit. {many} homes have never let us in. Who else might fit one, and how would we know that it works?",
        problem="Those most at risk smoke, live alone and distrust a uniform. Our visits reach those who ask.\n\nAn alarm fitted five years ago is silent in one home of three.",
        why_now="Three deaths last winter were in homes where we had called twice.",
        affected="About {some} people at high risk, and crews who come too late.",
        tried="Leaflets with the bins brought {few} requests, mostly from homes that had alarms. Visits with the housing officer opened one door in four.",
        measure="Homes at high risk with an alarm that sounded when tested this year",
        baseline="44 in 100",
        target="75 in 100",
        data="Visits, refusals and fires by small area",
        adoption="Community safety pays from its visits budget, since a fitted alarm costs less than two refused visits.",
        ideas=(
            "Those who already come in fit it: the carer, the meter reader, the woman from the food bank. They are paid for each alarm that sounds a month later.",
            "An alarm that calls us when its battery is taken out, with a voice the person knows.",
            "We visit the whole stair at once, with tea, so that nobody is the one at risk.",
            "A swap: an old heater for a safe one, and the alarm with it.",
        ),
        result="72 in 100 sounded when tested. Carers fitted two thirds of them.",
        lessons="A stranger with a reason to be there gets in. Paying for the second test changed how alarms were placed.",
        stopped="Only one proposal met the safety conditions, and it withdrew.",
    ),
    Problem(
        topic="identity",
        title="Proving a change of address once, {place}",
        summary="Somebody who moves tells {few} of our offices the same thing, and proves it each time. {many} move each year. How might once be enough, without one office that knows everything?",
        problem="Each office has its own form, its own list of accepted papers and its own delay. People in shared houses have none of the papers.\n\nA third of our letters to those who moved come back.",
        why_now="The voter register moves to yearly checks, which adds one more proof.",
        affected="{many} people a year, most of them under 35 and in rented rooms, and clerks in {few} offices.",
        tried="A joint form was 14 pages. A shared list of addresses was stopped on privacy, and rightly.",
        measure="Offices that had the right address 30 days after a move",
        baseline="3 of 9",
        target="8 of 9",
        data="Counts of moves and of returned letters by office",
        adoption="The contact centre pays from postage saved, and runs it.",
        ideas=(
            "The first office that has checked gives the person a signed slip. Other offices read the slip, and none asks another.",
            "A letter with a code to the new address; whoever types the code lives there.",
            "We ask the landlord once a year for a room list, and tenants correct it.",
            "One appointment at the library, at which a clerk tells all the others while the person watches.",
        ),
        result="Seven of nine offices were right after thirty days. Four in ten people used the slip on paper.",
        lessons="Clerks had to be allowed to trust a slip, which took longer than making it.",
        stopped="A national service was announced, and two of our offices must join it.",
    ),
    Problem(
        topic="environment",
        title="Food waste that ends in the wrong bin, {place}",
        summary="A third of what is burnt as rubbish is food. {many} homes have a caddy, half of them in a cupboard. How might flats and shared houses keep food apart without smell or shame?",
        problem="In houses it works. In flats there is one bin for forty kitchens, it smells, and no one cleans it.\n\nWe cannot tell who does what, and do not want to.",
        why_now="Burning a tonne costs 40 pounds more from next April.",
        affected="People in {many} flats, caretakers, and two collection crews.",
        tried="Free liners raised the amount for six weeks. A bin for food with a lock lowered it.",
        measure="Kilograms of food kept apart in a flat each week",
        baseline="0.4",
        target="1.2",
        data="Weights by round and month",
        adoption="Waste services pay from gate fees saved.",
        ideas=(
            "A small bin on each landing, emptied daily by somebody who lives there and is paid for it.",
            "A chute that weighs, and tells the stair, not the household, what it kept apart.",
            "A caddy that closes tight and is swapped for a clean one each week, as milk bottles once were.",
            "A cook visits each stair, makes dinner from what is in the fridges, and shows where the rest goes.",
        ),
        result="1.1 kilograms a flat each week. The person on the landing was the reason that residents gave.",
        lessons="Clean beat clever. The swap would work too, at twice the cost.",
        stopped="The collection contract was ended early, and no crew could be found for a trial.",
    ),
)
