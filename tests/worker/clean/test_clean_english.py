"""English pages: who wrote, who took the picture, who signs a letter, and where a sentence goes on."""

import pytest

from worker.clean import restore_page
from worker.clean.english import flow, hangs_on, opening
from worker.clean.english_people import is_affiliation, is_name, names_source, read_credit
from worker.clean.forms import breaks_off, heading_like
from worker.clean.marks import JUMP, is_caption
from worker.clean.people import is_credit, read_author, read_people
from worker.domain import Kind, Restored

FERRY = (
    "The last ferry across the Halden leaves at one in the morning from Monday, the harbour master said. "
    "Benches and a tea counter have been fitted to the old sheep boat, which was repainted in June."
)
GARDEN = (
    "Every pupil in Marrow Fen has a row of carrots behind the gymnasium. "
    "The kitchen has bought no vegetables since the beds were dug by parents in a single weekend."
)
LETTER = (
    "I have crossed the Halden every working day for thirty years, and my father did so before me. "
    "Nobody ever asked us what we thought of the horn."
)


def page(*blocks: str) -> Restored:
    return restore_page("\n\n".join(blocks))


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By EDITH LOWRY and TOMAS ARDEN", ("EDITH LOWRY", "TOMAS ARDEN")),
        ("By LI WEN AND QIAN RUHAI", ("LI WEN", "QIAN RUHAI")),
        ("By Edith Lowry / Halden Staff", ("Edith Lowry",)),
        ("By Edith Lowry | The Beacon", ("Edith Lowry",)),
        ("By Edith Lowry, Associated Press", ("Edith Lowry",)),
        ("By Edith Lowry, The Beacon", ("Edith Lowry",)),
        ("By Edith Lowry Staff Writer", ("Edith Lowry",)),
        ("By EDITH LOWRY Farm Editor", ("EDITH LOWRY",)),
        ("By Edith Lowry for The Beacon", ("Edith Lowry",)),
        ("By Edith Lowry in Halden, Norland and Tomas Arden in Corran", ("Edith Lowry", "Tomas Arden")),
        ("By Edith Lowry elowry@beacon.example", ("Edith Lowry",)),
        ("By Jean-Luc de la Tour", ("Jean-Luc de la Tour",)),
        ("Story and photos by Edith Lowry", ("Edith Lowry",)),
        ("Story by Edith Lowry; photos by Tomas Arden", ("Edith Lowry",)),
        ("Words and pictures: Edith Lowry", ("Edith Lowry",)),
        ("Edith Lowry / Health correspondent", ("Edith Lowry",)),
        ("Edith Lowry, Local Democracy Reporter", ("Edith Lowry",)),
        ("by Edith Lowry", ("Edith Lowry",)),
    ],
)
def test_an_english_byline_names_its_people_as_printed(line, names):
    assert read_people(line).reporters == names


@pytest.mark.parametrize(
    "line",
    ["By river to the sea", "By the numbers", "School hires new editor", "Council, schools at odds over budget"],
)
def test_an_english_headline_names_nobody(line):
    assert not read_people(line)
    assert not is_credit(line)


@pytest.mark.parametrize(
    "line", ["By The Associated Press", "From staff reports", "Staff report", "By Our Correspondent"]
)
def test_a_source_names_nobody(line):
    assert names_source(line)
    assert not read_author(line)


@pytest.mark.parametrize(
    ("line", "says_who"),
    [
        ("Staff Writer", True),
        ("Halden Beacon Staff", True),
        ("in Marrow Fen, Norland", True),
        ("elowry@beacon.example", True),
        ("Special to the Beacon", True),
        ("Teacher says goodbye to staff", False),
        ("Ferry Lane, Halden", False),
    ],
)
def test_a_line_under_a_name_says_who_that_is(line, says_who):
    assert is_affiliation(line) is says_who


@pytest.mark.parametrize(
    ("line", "takers"),
    [
        ("Photo by Edith Lowry/Staff", ("Edith Lowry",)),
        ("Picture: Edith Lowry", ("Edith Lowry",)),
        ("Staff photo by Edith Lowry", ("Edith Lowry",)),
        ("Photo courtesy of the Halden Museum", ()),
        ("PROVIDED TO THE BEACON", ()),
        ("Contributed photo", ()),
    ],
)
def test_a_picture_credit_names_who_took_it(line, takers):
    assert is_credit(line)
    assert read_credit(line) == takers


@pytest.mark.parametrize(
    "line", ["Photos show the old bridge", "Photo contest opens Monday", "Courtesy costs nothing, says mayor"]
)
def test_a_headline_on_pictures_is_no_credit(line):
    assert not is_credit(line)


def test_a_picture_text_ends_on_its_credit_in_brackets():
    assert is_caption("Edith Lowry with the peel of her great-grandfather. (Picture: Tomas Arden)")
    assert is_caption("Edith Lowry with the peel of her great-grandfather. (Tomas Arden/The Beacon)")
    assert not is_caption("The council voted in March. (It will vote again.)")
    assert not is_caption("The money came from the Halden Harbour Trust (Halden Trust).")


@pytest.mark.parametrize(("text", "name"), [("Mary-Kate O'Neill", True), ("The Beacon", False), ("Room 12", False)])
def test_a_name_has_a_form(text, name):
    assert is_name(text, least=2) is name


@pytest.mark.parametrize(
    "second", ["Staff Writer", "Health correspondent", "in Corran, Norland", "elowry@beacon.example"]
)
def test_the_second_line_of_a_byline_is_no_text(second):
    restored = page("Night ferry returns", f"By Edith Lowry\n{second}", FERRY)
    (item,) = restored.items
    assert (item.title, item.reporters, item.paragraphs) == ("Night ferry returns", ("Edith Lowry",), (FERRY,))


def test_a_name_over_a_rank_is_a_byline():
    (item,) = page("Night ferry returns", "Edith Lowry\nHealth correspondent", FERRY).items
    assert (item.title, item.subtitle, item.reporters) == ("Night ferry returns", None, ("Edith Lowry",))


def test_a_name_and_a_house_under_a_picture_text_took_the_picture():
    (item,) = page("Taking wing", FERRY, "EDITH LOWRY / FOR THE BEACON").items
    assert (item.kind, item.captions, item.reporters) == (Kind.PHOTO, (FERRY,), ("EDITH LOWRY",))


@pytest.mark.parametrize("signed", ["Moira Sand\nFerry Lane, Halden", "Moira Sand, Halden"])
def test_who_wrote_a_letter_signs_it(signed):
    one, two = page("Let the boat be heard", LETTER, signed, "Village school grows its own lunch", GARDEN).items
    assert (one.paragraphs, one.signature) == ((LETTER,), tuple(signed.split("\n")))
    assert (two.title, two.paragraphs) == ("Village school grows its own lunch", (GARDEN,))


def test_a_letters_writer_need_not_be_named():
    one, two = page("Let the boat be heard", LETTER, "Name and address supplied", "Bins again", GARDEN).items
    assert (one.signature, two.title) == (("Name and address supplied",), "Bins again")


def test_on_a_page_of_letters_a_name_alone_signs_and_a_headline_does_not():
    called = "Letters to the Editor"
    restored = page(called, "Let It Be Heard", LETTER, "Moira Sand", "Thank You", LETTER.replace("horn", "crew"))
    assert [item.signature for item in restored.items] == [("Moira Sand",), ()]
    assert [item.title for item in restored.items][1] == "Thank You"


def test_a_credit_between_headline_and_picture_text_leaves_the_headline():
    heads = ("Night ferry returns", "Market moves indoors")
    restored = page(heads[0], FERRY, heads[1], "Photo by Edith Lowry", GARDEN)
    assert tuple(item.title for item in restored.items) == heads


def test_the_headline_of_a_bilingual_paper_is_no_text_in_either_script():
    text = "因更換空調及修繕屋頂，碼頭圖書館將由三月十六日起暫停開放，預計四月底重開，期間不收逾期費用。"
    (item,) = page("碼頭圖書館暫停開放", "Pier library closes for repairs", text).items
    assert item.paragraphs == (text,)


def test_a_name_that_the_text_below_tells_of_is_its_headline():
    told = "Moira Sand, who chose the books of the islands for forty years, died on Sunday at her home in Corran."
    one, two = page("Let the boat be heard", LETTER, "Moira Sand\nCorran Islands", told).items
    assert one.signature == ()
    assert two.title == "Moira Sand"


@pytest.mark.parametrize(
    "line",
    [
        "See FERRY, Page 6",
        "SEE BUDGET ON PAGE A4",
        "Please see Ferry, A6",
        "FERRY, from Page 1",
        "FERRY: Continued from Page 1",
        "FROM PAGE ONE",
        "(Turn to page 3)",
    ],
)
def test_english_jump_lines(line):
    assert JUMP.fullmatch(line)


@pytest.mark.parametrize("line", ["From Page to Stage", "See you in Room 6", "Ferry turns 30"])
def test_no_jump_lines(line):
    assert not JUMP.fullmatch(line)


def nowhere(run: str) -> bool:
    return False


def test_a_seam_is_judged_by_its_words():
    likely = [
        ("the last of the county's", "63 boats"),
        ("he set up her own winning shots", "by stepping in front"),
        ("he said that,", "Lowry would"),
        ("was closed by the", "north gate"),
    ]
    unlikely = [
        ("the last of the county's", "by stepping in front"),
        ("winning shots", "The council met"),
        ("he wanted to", "is not so"),
    ]
    assert min(flow(one, two, nowhere) for one, two in likely) > max(flow(one, two, nowhere) for one, two in unlikely)


def test_words_that_the_page_says_in_a_row_bind_a_seam():
    said = "They met at the Weir Bridge on Monday."
    assert flow("over the old Weir", "Bridge", said.__contains__) > flow(
        "over the old Weir", "Council", said.__contains__
    )


def test_the_first_letter_tells_whether_a_sentence_begins():
    assert opening("The boat") > opening("Boats") > opening("63 boats") > opening("boats")


@pytest.mark.parametrize(
    ("text", "more"),
    [("was closed by the", True), ('"We could build a box', True), ("Man moves on", False), ("It was shut.", False)],
)
def test_a_text_hangs_on_a_function_word_or_an_open_quotation(text, more):
    assert hangs_on(text) is more


def test_who_says_it_is_no_headline():
    assert not heading_like('"My pension is $1,100," said Lowry')
    assert heading_like("Lowry: 'My pension is $1,100'")


def test_a_long_english_line_without_a_full_stop_breaks_off():
    assert breaks_off(
        "Retired postman Karl Venn brought to the meeting a jar of brown water that he had collected from the site"
    )
    assert not breaks_off("Lifelong farmer, fiddler dies at 91")


def test_questions_that_a_text_answers_in_turn_head_nothing():
    asked = ("How much will it cost?", "Can I speak if I live outside the village?")
    (item,) = page("Five things about the ferry", "By Edith Lowry", FERRY, asked[0], GARDEN, asked[1], LETTER).items
    assert item.paragraphs == (FERRY, asked[0], GARDEN, asked[1], LETTER)


def test_a_line_that_may_stand_for_itself_is_not_joined_by_its_capital():
    score = "Halden Town 1 Corran City 1"
    cut = FERRY.index("harbour")
    restored = page("A draw", "By Edith Lowry", score, FERRY[:cut].rstrip(), FERRY[cut:], GARDEN)
    assert restored.items[0].paragraphs == (score, FERRY, GARDEN)


def test_one_writers_bylines_over_pictures_are_no_copies():
    shown = "Moira Sand ties up the boat. (Staff photo by EDITH LOWRY)"
    one, two = page(
        *("Night ferry returns", "By EDITH LOWRY / Staff Writer", shown, FERRY),
        *("Village school grows its own lunch", "By EDITH LOWRY / Staff Writer", shown.replace("boat", "cart"), GARDEN),
    ).items
    assert one.reporters == two.reporters == ("EDITH LOWRY",)


def test_a_bilingual_page_is_healed_at_two_widths():
    chinese = (
        "渡船管理處與市衛生局合辦的疫苗站，本周六移師碼頭大廳，六十歲以上長者毋須預約，帶同有照片的證件即可接種，"
        "現場備有多種語言傳譯，疫苗用完即止，接種後請在大廳休息十五分鐘才離開，義工會提供熱茶及餅乾，並派發小冊子。"
    )
    english = (
        "The clinic, run by the harbour office and the health department of the town, will be held on Saturday in the"
        " lobby of the old ferry house, where people of 60 and older may walk in with any card that shows who they are"
        " and ask for a shot in their own tongue."
    )
    lines = [chinese[at : at + 12] for at in range(0, len(chinese), 12)]
    words: list[str] = [""]
    for word in english.split():
        if len(words[-1]) + 1 + len(word) > 32:
            words.append(word)
        else:
            words[-1] = f"{words[-1]} {word}".strip()
    restored = page("疫苗站移師", "\n".join(lines), "\n".join(words))
    assert restored.items[0].paragraphs == (chinese, english)
