"""What the doors say, in Kazakh, Russian and English.

In: a key and a language. Out: the text. A page without a language of its own says it in Kazakh and Russian.
"""

from __future__ import annotations

from signin.rules import SHORTEST

LANGUAGES = ("kk", "ru", "en")
_WORDS = {
    "title": ("Жаңа құпиясөз", "Новый пароль", "A new password"),
    "why": (
        "Сізге берілген құпиясөз бір рет кіруге арналған. Жұмысты жалғастыру үшін өз құпиясөзіңізді орнатыңыз.",
        "Выданный Вам пароль служит для первого входа. Чтобы продолжить работу, задайте собственный пароль.",
        "The password you were given is for the first sign-in. Choose your own to go on.",
    ),
    "rule": (
        f"Кемінде {SHORTEST} таңба; пайдаланушы аты болмауы тиіс.",
        f"Не менее {SHORTEST} знаков; имя пользователя не должно входить в пароль.",
        f"At least {SHORTEST} characters, without the user name.",
    ),
    "new": ("Жаңа құпиясөз", "Новый пароль", "New password"),
    "again": ("Жаңа құпиясөзді қайталаңыз", "Повторите новый пароль", "The new password once more"),
    "save": ("Сақтау", "Сохранить", "Save"),
    "leave": ("Шығу", "Выйти", "Sign out"),
    "too_short": (
        f"Құпиясөз тым қысқа: кемінде {SHORTEST} таңба қажет.",
        f"Пароль слишком короткий: нужно не менее {SHORTEST} знаков.",
        f"The password is too short: it needs at least {SHORTEST} characters.",
    ),
    "too_plain": (
        "Құпиясөзде бірдей таңбалар тым көп.",
        "В пароле слишком много одинаковых знаков.",
        "The password repeats too few characters.",
    ),
    "has_name": (
        "Құпиясөзде пайдаланушы аты бар.",
        "Пароль содержит имя пользователя.",
        "The password contains the user name.",
    ),
    "not_new": (
        "Бұл — сізге берілген құпиясөз. Басқасын таңдаңыз.",
        "Это выданный Вам пароль. Выберите другой.",
        "This is the password you were given. Choose another.",
    ),
    "not_repeated": (
        "Екі жолға енгізілген құпиясөздер сәйкес келмейді.",
        "Пароли в двух полях не совпадают.",
        "The two passwords differ.",
    ),
    "wait": (
        "Қате құпиясөз тым көп енгізілді. {minutes} минуттан кейін қайталап көріңіз.",
        "Слишком много неверных паролей. Повторите попытку через {minutes} мин.",
        "Too many wrong passwords. Try again in {minutes} min.",
    ),
}


def say(key: str, language: str, **values: object) -> str:
    """The text of that key; an unknown language gives Kazakh."""
    at = LANGUAGES.index(language) if language in LANGUAGES else 0
    return _WORDS[key][at].format(**values)


def say_in_both(key: str, **values: object) -> str:
    """Kazakh, then Russian."""
    return f"{say(key, 'kk', **values)} / {say(key, 'ru', **values)}"
