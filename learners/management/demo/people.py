"""The people of the demonstration: sixty learners in many scripts, and the staff who serve them."""

from dataclasses import dataclass

DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class Person:
    """A name as its bearer writes it; `key` is the part of the e-mail address before the @."""

    key: str
    name: str

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Staff(Person):
    """Somebody who serves learners; `series` are the codes she acts for, none for the whole institution."""

    roles: tuple[str, ...]
    series: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Learners of one series who learn together; days count back from the load day."""

    name: str
    series: str
    site: str
    began_days_ago: int
    faculty: tuple[str, ...]
    members: tuple[str, ...]


STAFF = (
    Staff("registrar", "Rosalind Ketteridge-Amoah", ("registrar",)),
    Staff("registrar2", "Τηλέμαχος Βραχνάκης", ("registrar",)),
    Staff("approver", "Oyinkansola Adébáyọ̀-Whitlock", ("approver",)),
    Staff("analyst", "Mikołaj Trzcielnik", ("analyst",)),
    Staff("faculty", "Henrike Sandmöller", ("faculty",), ("RD",)),
    Staff("faculty.teaching", "Cormac Ó Dubhagáinn", ("faculty", "second_marker"), ("TL",)),
    Staff("faculty.seminar", "Ruwanthi Peramunage", ("faculty",), ("TL",)),
    Staff("faculty.health", "Baraka Mwalughali", ("faculty",), ("PH",)),
    Staff("assessor", "Séverine Courtecuisse", ("assessor",), ("PH",)),
    Staff("auditor", "Wilhelmina Oostergaard", ("auditor",)),
    Staff("support", "Isidro Peñalba", ("support",)),
)

LEARNERS_OF_DATA = (
    Person("zofie", "Žofie Brandlová-Kravská"),
    Person("khue", "Đặng Bảo Khuê"),
    Person("olesia", "Олеся Кравчук-Заболотна"),
    Person("evanthia", "Ευανθία Καλλιγεράκη"),
    Person("ruba", "رُبى عبد المعين الحوراني"),
    Person("tamar", "תמר בן־ארצי"),
    Person("rutuja", "ऋतुजा श्रीकांत देशमुख-काळे"),
    Person("sharmistha", "শর্মিষ্ঠা ভৌমিক"),
    Person("kayalvizhi", "கயல்விழி செங்குட்டுவன்"),
    Person("pimlapas", "พิมพ์ลภัส วงศ์เรืองกิจ"),
    Person("ruolan", "欧阳若澜"),
    Person("minori", "小鳥遊 みのり"),
    Person("seoyun", "남궁서윤"),
    Person("selamawit", "ሰላማዊት ገብረየስ"),
    Person("ninutsa", "ნინუცა ჭანტურიძე"),
    Person("nare", "Նարե Վարդումյան"),
    Person("suharti", "Suharti"),
    Person("mehmet", "Mehmet Çağrı Özgüneş"),
    Person("thuridur", "Þuríður Ketilsdóttir"),
    Person("lucja", "Łucja Wierzbowiecka"),
)

LEARNERS_OF_TEACHING = (
    Person("sian", "Siân O'Garrow"),
    Person("ines", "Inês d'Alvarenga e Moura"),
    Person("timur", "Тимур Айдарович Бакиев"),
    Person("stratis", "Στρατής Ψαρολιάκος"),
    Person("tariq", "طارق بن زهير المغراوي"),
    Person("nastaran", "نسترن کاوه‌زاده"),
    Person("yonatan", "יונתן שקד־הרפז"),
    Person("vennela", "వెన్నెల గుండ్లపల్లి"),
    Person("harleen", "ਹਰਲੀਨ ਕੌਰ ਢਿੱਲੋਂ"),
    Person("anupama", "അനുപമ കൃഷ്ണൻകുട്ടി"),
    Person("zhiyao", "沈知遥"),
    Person("hiulam", "鍾曉嵐"),
    Person("sota", "五十嵐 蒼太"),
    Person("haram", "채하람"),
    Person("leilani", "Leilani Kaʻōhinani"),
    Person("saoirse", "Saoirse Ní Dhuibhir"),
    Person("jurgen", "Jürgen Höffmeister-Großkopf"),
    Person("anais", "Anaïs L'Hermitage-Bœuf"),
    Person("maria", "María de los Ángeles Quispe Huamán Yupanqui de la Torre y Valdivieso"),
    Person("elampirai", "இளம்பிறை"),
)

LEARNERS_OF_HEALTH = (
    Person("wanjiru", "Wanjirũ Mũthoni Kariũki"),
    Person("olamide", "Ọlámidé Adéṣọlá Ọ̀ṣúnkẹ́yẹ"),
    Person("thando", "Thandolwethu Nqobile Mkhwanazi"),
    Person("xochitl", "Xóchitl Nopaltzin Ecatl"),
    Person("stoyan", "Стоян Велинов Кърджиев"),
    Person("narantsetseg", "Батжаргалын Наранцэцэг"),
    Person("aiza", "عائزہ گل نورزئی"),
    Person("yashovardhan", "यशोवर्धन त्रिपाठी"),
    Person("mahidul", "মাহিদুল ইসলাম তরফদার"),
    Person("tharindi", "තරිඳි රත්නසේකර"),
    Person("sudaphone", "ສຸດາພອນ ແກ້ວມະນີ"),
    Person("sophavy", "សុភាវី រតនា"),
    Person("khin", "ခင်သီတာမြင့်"),
    Person("thanakorn", "ธนกร ใจสว่าง"),
    Person("haile", "ኃይለሚካኤል ደስታ"),
    Person("hakon", "Håkon Øverbråten"),
    Person("stefania", "Ștefania Ilinca Mărgărint"),
    Person("kristine", "Kristīne Ozolkalne"),
    Person("gulsah", "Gülşah Yıldıztepe"),
    Person("pranoto", "Pranoto"),
)

LEARNERS = (*LEARNERS_OF_DATA, *LEARNERS_OF_TEACHING, *LEARNERS_OF_HEALTH)


def keys(people: tuple[Person, ...]) -> tuple[str, ...]:
    return tuple(person.key for person in people)


COHORTS = (
    Cohort(
        name="Research Data, library group",
        series="RD",
        site="Quayside Library",
        began_days_ago=1330,
        faculty=("faculty",),
        members=keys(LEARNERS_OF_DATA),
    ),
    Cohort(
        name="Teaching, laboratory and lecture group",
        series="TL",
        site="Northgate Campus",
        began_days_ago=1330,
        faculty=("faculty.teaching",),
        members=keys(LEARNERS_OF_TEACHING[:10]),
    ),
    Cohort(
        name="Teaching, seminar group",
        series="TL",
        site="Harbour Campus",
        began_days_ago=1330,
        faculty=("faculty.seminar",),
        members=keys(LEARNERS_OF_TEACHING[10:]),
    ),
    Cohort(
        name="Public Health, district teams",
        series="PH",
        site="Tollgate Health Centre",
        began_days_ago=1100,
        faculty=("faculty.health",),
        members=keys(LEARNERS_OF_HEALTH),
    ),
)
