"""The cards, each a picture in SVG. Nothing here but shapes, colours and a few words."""

from collections.abc import Callable
from functools import partial

from tools.cards.shapes import (
    BLUSH,
    CLAY,
    CREAM,
    DUSK,
    FERN,
    GOLD,
    INK,
    LAMP,
    LEAF,
    LILAC,
    MINT,
    NIGHT,
    ROSE,
    SKY,
    TIDE,
    at,
    bird,
    blossom,
    box,
    card,
    cloud,
    confetti,
    dot,
    fade,
    glow,
    heart,
    leaf,
    path,
    star,
    stars,
    window,
    words,
)


def thinking_of_you() -> str:
    """The line between two people: two lit houses at dusk, far apart."""
    return card(
        stars(4, 40, 120),
        dot(66, 150, 60, "url(#light)"),
        dot(254, 150, 60, "url(#light)"),
        path("M0 186C60 150 120 176 170 182 220 188 270 158 320 176V240H0Z", "#2b2056"),
        path("M0 206C70 180 150 214 210 204 260 196 290 200 320 206V240H0Z", NIGHT),
        path("M66 128C96 30 224 30 254 128", stroke=LAMP, width=5),
        dot(66, 130, 9, LAMP),
        dot(254, 130, 9, LAMP),
        at(46, 148, _cottage("#5a4794", "#2b2056")),
        at(234, 148, _cottage("#7a5a86", "#2b2056")),
        ground="url(#dusk)",
        defs=fade("dusk", NIGHT, DUSK, "#a0628a", "#e98f74") + glow("light", GOLD, 0.55),
    )


def _cottage(wall: str, roof: str) -> str:
    return (
        box(2, 16, 36, 26, wall, 1)
        + path("M-3 18 20-2 43 18Z", roof, roof, 3)
        + window(8, 23, 10, 10, GOLD, roof)
        + box(24, 24, 9, 18, roof, 1)
        + box(29, -2, 5, 10, roof)
    )


def birthday(words_: str) -> str:
    candles = "".join(
        at(
            112 + number * 24,
            0,
            box(-3.5, 86, 7, 34, colour, 2),
            path(f"M-3.5 {94}l7-4M-3.5 {104}l7-4M-3.5 {114}l7-4", stroke="#ffffff99", width=1.8),
            dot(0, 76, 17, "url(#flame)"),
            path("M0 64C7 72 6 82 0 82S-7 72 0 64Z", LAMP),
            path("M0 71C3 75 3 81 0 81S-3 75 0 71Z", CREAM),
        )
        for number, colour in enumerate((ROSE, "#7cc6d6", CREAM, "#9fd3b2", ROSE))
    )
    return card(
        confetti(11, 46, (LAMP, ROSE, "#7cc6d6", "#9fd3b2", CREAM), 190),
        candles,
        '<ellipse cx="160" cy="207" rx="112" ry="9" fill="#160f28" opacity=".45"/>',
        box(78, 150, 164, 50, "#c96f56", 8),
        box(96, 118, 128, 40, ROSE, 8),
        path("M96 126V124Q96 118 104 118H216Q224 118 224 126V130C218 142 210 142 206 132 202 146 "
             "190 146 186 132 182 142 172 142 168 132 162 150 150 148 146 132 142 142 132 142 128 "
             "132 122 146 112 144 110 132 106 140 98 138 96 130Z", CREAM),
        path("M78 172c14 14 27 14 41 0 14 14 27 14 41 0 14 14 27 14 41 0 14 14 27 14 41 0",
             stroke=CREAM, width=4),
        box(60, 198, 200, 8, "#d8cdf0", 4),
        words(words_, 44, 27, CREAM),
        ground="url(#party)",
        defs=fade("party", "#57439b", DUSK, "#2b2056") + glow("flame", LAMP, 0.7),
    )  # fmt: skip


def proud() -> str:
    rays = "".join(
        at(160, 104, path("M-9-30-22-230H22L9-30Z", "#ffffff", more='opacity=".16"'), turn=30 * n)
        for n in range(12)
    )
    return card(
        rays,
        path("M132 140 112 214 142 198 158 222 166 150Z", CLAY),
        path("M188 140 208 214 178 198 162 222 154 150Z", "#7f2216"),
        dot(160, 104, 60, DUSK),
        f'<circle cx="160" cy="104" r="60" fill="none" stroke="{CREAM}" stroke-width="4"/>',
        f'<circle cx="160" cy="104" r="51" fill="none" stroke="{LILAC}" stroke-width="2" '
        'stroke-dasharray="1 6" stroke-linecap="round"/>',
        at(160, 107, star(38, LAMP)),
        at(160, 107, star(24, GOLD)),
        ground="url(#sun)",
        defs=fade("sun", "#ffd27f", LAMP, "#ec9a2c"),
    )


def good_night() -> str:
    return card(
        stars(7, 60, 150),
        dot(208, 78, 92, "url(#moonlight)"),
        path("M206 30A48 48 0 1 0 246 112 40 40 0 0 1 206 30Z", GOLD),
        at(70, 74, cloud(LILAC, 0.25)),
        path("M0 178C50 138 110 142 170 168 220 190 270 160 320 150V240H0Z", "#4a3c86"),
        path("M0 204C70 170 140 176 200 200 250 218 290 196 320 190V240H0Z", "#33276a"),
        dot(78, 172, 34, "url(#lamp)"),
        at(58, 152, _cottage("#5d4d9a", "#1f1745")),
        at(118, 186, path("M0 8-14 8 0-34 14 8Z", "#1f1745"), size=0.9),
        at(138, 190, path("M0 8-12 8 0-26 12 8Z", "#1f1745"), size=0.9),
        at(30, 186, path("M0 8-12 8 0-30 12 8Z", "#1f1745"), size=0.8),
        ground="url(#night)",
        defs=fade("night", "#120c26", NIGHT, "#382b6e")
        + glow("moonlight", GOLD, 0.22)
        + glow("lamp", LAMP, 0.75),
    )


def flowers() -> str:
    def stem(x: float, top: float, bend: float) -> str:
        return path(
            f"M{x} 226C{x + bend} 190 {x - bend} {top + 50} {x} {top}", stroke=FERN, width=4
        )

    return card(
        dot(262, 52, 26, LAMP),
        dot(262, 52, 52, "url(#sun)"),
        at(70, 48, cloud("#fff", 0.9)),
        path("M0 206C80 188 240 188 320 206V240H0Z", "#9fd3b2"),
        path("M0 222C90 206 230 210 320 222V240H0Z", LEAF),
        stem(92, 108, 12), stem(160, 78, -10), stem(226, 116, 10), stem(126, 142, -6),
        stem(194, 148, 6),
        at(92, 176, leaf(34, LEAF), turn=-58), at(92, 190, leaf(30, FERN), turn=54),
        at(160, 168, leaf(40, LEAF), turn=56), at(160, 186, leaf(36, FERN), turn=-54),
        at(226, 180, leaf(32, LEAF), turn=58), at(226, 194, leaf(28, FERN), turn=-56),
        at(92, 106, blossom(30, CLAY, LAMP)), at(160, 76, blossom(36, LAMP, "#8a4b12", 8)),
        at(226, 114, blossom(30, "#6f5fae", GOLD)), at(126, 142, blossom(17, ROSE, CREAM)),
        at(194, 148, blossom(17, "#fff", LAMP)),
        ground="url(#morning)",
        defs=fade("morning", "#cfeaf1", MINT, "#f4fbef") + glow("sun", LAMP, 0.4),
    )  # fmt: skip


def home() -> str:
    return card(
        stars(21, 22, 80, "#fff"),
        dot(160, 140, 150, "url(#warm)"),
        path("M0 190C60 170 110 180 160 186 220 192 270 176 320 186V240H0Z", "#7b3b4e"),
        path("M128 240C140 214 150 206 152 196H168C172 208 184 220 206 240Z", "#e9b98f"),
        box(92, 110, 136, 86, CLAY, 3),
        path("M76 116 160 48 244 116Z", "#5c1a12", "#5c1a12", 6),
        box(204, 58, 16, 34, "#5c1a12", 2),
        path("M212 50C204 38 220 32 212 20 206 10 216 8 214 2", stroke="#ffffff66", width=5),
        box(146, 142, 28, 54, "#5c1a12", 3),
        dot(168, 170, 2.4, LAMP),
        window(106, 132, 28, 28, GOLD, "#5c1a12"),
        window(186, 132, 28, 28, GOLD, "#5c1a12"),
        dot(160, 92, 11, GOLD),
        '<circle cx="160" cy="92" r="11" fill="none" stroke="#5c1a12" stroke-width="2.4"/>',
        at(82, 198, *[at(x, 0, blossom(7, colour, LAMP)) for x, colour in
                      ((0, "#fff"), (16, ROSE), (32, "#fff"))]),
        at(206, 198, *[at(x, 0, blossom(7, colour, LAMP)) for x, colour in
                       ((0, ROSE), (16, "#fff"), (32, ROSE))]),
        at(48, 192, path("M-4 0V-20H4V0Z", "#4a2430"), dot(0, -42, 28, "#3f5a4a")),
        at(278, 192, path("M-4 0V-16H4V0Z", "#4a2430"), dot(0, -36, 24, "#3f5a4a")),
        ground="url(#evening)",
        defs=fade("evening", "#4a3a80", "#a35a7e", "#f2a071", "#fbd3a4") + glow("warm", LAMP, 0.4),
    )  # fmt: skip


def thanks(words_: str) -> str:
    sprig = "".join(
        at(0, -18 * n, leaf(26, LEAF if n % 2 else FERN), turn=62 if n % 2 else -62)
        for n in range(1, 7)
    ) + path("M0 0V-124", stroke=FERN, width=3)
    return card(
        at(40, 246, sprig, at(0, -128, blossom(15, ROSE, LAMP)), turn=-5, size=1.1),
        at(280, 246, sprig, at(0, -128, blossom(15, ROSE, LAMP)), turn=5, size=1.1),
        at(112, 230, leaf(40, LEAF), turn=-30), at(208, 230, leaf(40, LEAF), turn=30),
        at(136, 226, blossom(20, CLAY, LAMP)), at(184, 226, blossom(20, CLAY, LAMP)),
        at(160, 212, blossom(27, LAMP, "#8a4b12", 8)),
        at(36, 26, leaf(30, "#b9dcc6"), turn=120), at(284, 26, leaf(30, "#b9dcc6"), turn=-120),
        words(words_, 104, 42, "#7f2216"),
        path("M116 124C134 134 146 114 160 124S186 134 204 124", stroke=LAMP, width=3.5),
        ground="url(#paper)",
        defs=fade("paper", CREAM, "#fdeccb"),
    )  # fmt: skip


def love() -> str:
    return card(
        dot(160, 76, 110, "url(#blush)"),
        at(160, 74, heart(34, CLAY)),
        at(147, 60, heart(7, "#d65f4c")),
        at(98, 50, heart(9, ROSE), turn=-18), at(226, 44, heart(11, ROSE), turn=16),
        at(74, 96, heart(6, "#f3b7a6"), turn=-10), at(252, 92, heart(7, "#f3b7a6"), turn=12),
        path("M-10 176C90 200 230 200 330 170", stroke="#6b4a3a", width=6),
        path("M60 190C70 206 84 208 92 216M262 186C256 202 246 206 242 216", stroke="#6b4a3a",
             width=4),
        at(88, 214, leaf(20, LEAF), turn=150), at(246, 214, leaf(20, LEAF), turn=200),
        at(40, 184, leaf(26, LEAF), turn=-24), at(286, 180, leaf(26, LEAF), turn=26),
        at(124, 190, bird("#5b7fb5", "#dbe7f5")),
        f'<g transform="translate(198 190) scale(-1 1)">{bird("#c96f56", BLUSH)}</g>',
        ground="url(#rose)",
        defs=fade("rose", "#fdeee9", BLUSH, "#f8d3c6") + glow("blush", "#fff", 0.9),
    )  # fmt: skip


def missing(words_: str) -> str:
    """A letter on its way, carried over the hills."""
    return card(
        at(66, 58, cloud("#fff", 0.9), size=1.1), at(258, 100, cloud("#fff", 0.75), size=0.9),
        path("M0 186C60 150 120 158 180 178 230 194 280 166 320 160V240H0Z", "#8cc4a3"),
        path("M0 210C80 178 150 190 210 204 260 214 296 200 320 196V240H0Z", LEAF),
        path("M30 150C70 174 120 108 152 118", stroke="#fff", width=3,
             more='stroke-dasharray="1 8"'),
        at(
            196, 108,
            box(-40, -26, 80, 54, CREAM, 4),
            path("M-38-24 0 8 38-24", stroke="#d9b98a", width=3),
            path("M-38 26-10-2M38 26 10-2", stroke="#ecd7b4", width=2.4),
            at(0, 8, heart(9, CLAY)),
            path("M-40-10C-66-40-88-30-96-14-84-20-74-12-70-4-62-10-50-8-40 2Z", "#fff"),
            path("M40-10C66-40 88-30 96-14 84-20 74-12 70-4 62-10 50-8 40 2Z", "#fff"),
            path("M-84-20C-74-20-64-12-52-8M84-20C74-20 64-12 52-8", stroke="#bcd6e2", width=2),
            turn=-9,
        ),
        at(40, 196, blossom(9, CLAY, LAMP)), at(66, 208, blossom(8, "#fff", LAMP)),
        at(284, 204, blossom(9, LAMP, "#8a4b12")), at(256, 216, blossom(8, "#fff", LAMP)),
        words(words_, 226, 25, CREAM),
        ground="url(#day)",
        defs=fade("day", "#6fb7cb", "#bfe3ec", SKY),
    )  # fmt: skip


def winter() -> str:
    """A candle in a window, snow outside."""
    return card(
        box(62, 18, 196, 170, "url(#out)", 6),
        at(64, 20, stars(33, 44, 190), size=0.6),
        path("M62 158C100 136 150 148 180 154 214 162 240 146 258 148V188H62Z", "#eef4fb"),
        at(104, 160, path("M-22 0 0-40 22 0ZM-18-18 0-54 18-18Z", "#2f6b52"),
           path("M-18-2C-8-8 8-8 18-2", stroke="#fff", width=4)),
        at(226, 158, path("M-18 0 0-34 18 0ZM-14-16 0-46 14-16Z", "#2f6b52"),
           path("M-14-2C-6-8 6-8 14-2", stroke="#fff", width=3.4)),
        path("M160 18V188M62 100H258", stroke="#f3e4cd", width=6),
        '<rect x="59" y="15" width="202" height="176" rx="8" fill="none" stroke="#f3e4cd" '
        'stroke-width="10"/>',
        box(40, 188, 240, 16, "#fbf1df", 4), box(48, 204, 224, 8, "#d8bd95", 3),
        dot(160, 134, 66, "url(#flame)"),
        box(149, 146, 22, 42, CREAM, 4), path("M149 156c6 8 10-2 22 4V150H149Z", "#fff"),
        path("M160 114C171 127 169 143 160 143S149 127 160 114Z", LAMP),
        path("M160 125C165 131 164 141 160 141S155 131 160 125Z", CREAM),
        box(138, 184, 44, 6, "#b7862f", 3),
        at(116, 192, *[at(x, y, leaf(22, FERN), turn=t) for x, y, t in
                       ((0, 0, -80), (10, 0, -40), (-6, 2, -110))], dot(2, 2, 4, CLAY),
           dot(11, 4, 4, CLAY)),
        at(204, 192, *[at(x, y, leaf(22, FERN), turn=t) for x, y, t in
                       ((0, 0, 80), (-10, 0, 40), (6, 2, 110))], dot(-2, 2, 4, CLAY),
           dot(-11, 4, 4, CLAY)),
        ground="url(#room)",
        defs=fade("room", "#7f2f28", "#5f1f22")
        + fade("out", "#1c2a55", "#48619b", "#a9bfe0")
        + glow("flame", LAMP, 0.75),
    )  # fmt: skip


def courage() -> str:
    """A lighthouse that keeps its light on."""
    return card(
        stars(15, 34, 110),
        path("M196 62 -20 12V96Z", "url(#beam)"),
        path("M214 62 340 30V92Z", "url(#beam)"),
        dot(205, 62, 46, "url(#light)"),
        path("M0 172C54 160 90 178 140 170 200 160 250 176 320 166V240H0Z", "#1d5f78"),
        path("M150 196C160 164 190 152 214 156 250 160 268 178 276 200Z", "#2a2140"),
        path("M187 162 192 78H218L223 162Z", CREAM),
        path("M190.600 102 189.400 122H220.600L219.400 102ZM188.200 142 187 162H223L221.800 142Z",
             CLAY),
        box(186, 72, 38, 7, "#2a2140", 2),
        box(194, 50, 22, 22, GOLD, 2),
        path("M194 50V72M205 50V72M216 50V72", stroke="#2a2140", width=2),
        path("M190 50 205 32 220 50Z", CLAY),
        box(199, 134, 12, 14, GOLD, 5),
        path("M0 196C40 184 80 204 130 194 190 182 250 206 320 192V240H0Z", "#14495f"),
        path("M0 218C60 206 110 226 170 216 230 206 280 222 320 214V240H0Z", "#0d3547"),
        at(76, 186, path("M-26 0H26L18 14H-18Z", CLAY), path("M0-2V-40L24-6Z", CREAM),
           path("M-4-2V-34L-20-6Z", "#f3d9b5")),
        path("M24 206q10-7 20 0M246 224q10-7 20 0M120 226q10-7 20 0", stroke="#7cc6d6", width=2.4),
        ground="url(#sea)",
        defs=fade("sea", "#1a2350", "#3d4f8a", "#c47f86", "#f2b48a")
        + fade("beam", "#ffd27f55", "#ffd27f22", sideways=True)
        + glow("light", GOLD, 0.9),
    )  # fmt: skip


def celebrate() -> str:
    """A balloon rising over small hills."""

    def balloon(a: str, b: str) -> str:
        return (
            path("M-30 22-10 60M30 22 10 60M-12 40-6 60M12 40 6 60", stroke=INK, width=1.4)
            + path(
                "M0-58C38-58 50-28 44-4 38 18 20 30 12 42H-12C-20 30-38 18-44-4-50-28-38-58 0-58Z",
                a,
            )
            + path(
                "M0-58C16-58 22-28 20-4 18 18 10 30 6 42H-6C-10 30-18 18-20-4-22-28-16-58 0-58Z", b
            )
            + path("M-44-6C-24 6 24 6 44-6", stroke=CREAM, width=3.5)
            + box(-11, 60, 22, 15, "#8a5a32", 3)
            + path("M-11 65H11", stroke="#6d4322", width=2)
        )

    return card(
        dot(270, 44, 22, LAMP), dot(270, 44, 46, "url(#sun)"),
        at(52, 70, cloud("#fff", 0.95)), at(250, 116, cloud("#fff", 0.8), size=0.8),
        confetti(5, 38, (LAMP, CLAY, DUSK, LEAF, ROSE), 170),
        path("M0 196C50 172 110 182 160 190 220 200 270 178 320 186V240H0Z", "#9fd3b2"),
        path("M0 218C70 196 150 210 210 216 260 220 290 208 320 208V240H0Z", LEAF),
        at(150, 98, balloon(CLAY, LAMP), size=1.15),
        at(248, 168, balloon(TIDE, "#7cc6d6"), size=0.42),
        at(62, 150, balloon(DUSK, LILAC), size=0.5),
        ground="url(#sky)",
        defs=fade("sky", "#a8dbe8", "#dff3f5", "#fdf3d9") + glow("sun", LAMP, 0.5),
    )  # fmt: skip


def mother(words_: str) -> str:
    """A bunch of flowers in a blue jug on the kitchen table."""
    bunch = (
        (-52, -66, 20, ROSE), (-22, -92, 24, CLAY), (16, -98, 22, "#fff"), (50, -72, 22, LAMP),
        (-34, -44, 18, "#fff"), (2, -62, 26, LILAC), (34, -42, 18, ROSE),
    )  # fmt: skip
    return card(
        dot(160, 96, 130, "url(#light)"),
        box(0, 188, 320, 52, "#c98d5f"), box(0, 188, 320, 5, "#e0ab7f"),
        '<ellipse cx="162" cy="206" rx="58" ry="7" fill="#7d4d2b" opacity=".45"/>',
        at(
            160, 140,
            *[at(x * 0.5, y * 0.4, leaf(54, LEAF if x < 0 else FERN), turn=x * 0.9)
              for x, y, _, _ in bunch],
            *[path(f"M0 6C0 {y * 0.4} {x} {y * 0.5} {x} {y}", stroke=FERN, width=3)
              for x, y, _, _ in bunch],
            *[at(x, y, blossom(size, colour, "#8a4b12" if colour == LAMP else LAMP, 7))
              for x, y, size, colour in bunch],
        ),
        path("M126 136H194L190 152C206 166 204 196 188 204H132C116 196 114 166 130 152Z",
             "url(#jug)"),
        path("M196 156C220 154 220 186 198 188", stroke="#2f6d8a", width=6),
        path("M124 176C140 186 180 186 197 176", stroke=CREAM, width=3,
             more='stroke-dasharray="1 7"'),
        words(words_, 230, 22, "#4a2511"),
        ground="url(#wall)",
        defs=fade("wall", "#fdf1d8", "#f8dfb6")
        + fade("jug", "#5aa3bf", "#2f6d8a", sideways=True)
        + glow("light", "#fff", 0.9),
    )  # fmt: skip


def new_day() -> str:
    waves = "".join(
        path(f"M{x} {y}q9-6 18 0", stroke="#ffffffaa", width=2.2)
        for x, y in (
            (40, 190),
            (90, 208),
            (140, 186),
            (214, 204),
            (262, 188),
            (180, 222),
            (20, 222),
        )
    )
    rays = "".join(
        at(160, 150, path("M-5-74-9-108H9L5-74Z", LAMP, more='opacity=".75"'), turn=turn)
        for turn in range(-75, 76, 25)
    )
    return card(
        dot(160, 150, 150, "url(#sun)"),
        rays,
        dot(160, 150, 60, LAMP),
        dot(160, 150, 50, GOLD),
        at(58, 60, cloud("#fff", 0.7)),
        at(270, 82, cloud("#fff", 0.6), size=0.85),
        path("M70 92q8-9 14 0 6-9 14 0M112 70q6-7 11 0 5-7 11 0M222 58q7-8 12 0 5-8 12 0",
             stroke="#7b3b4e", width=2.6),
        path("M0 160H320V240H0Z", "url(#water)"),
        path("M118 168H202L184 176H226L170 186H208L160 200 112 186H150L94 176H136Z", "#ffe2a6",
             more='opacity=".75"'),
        waves,
        ground="url(#dawn)",
        defs=fade("dawn", "#7c6bb0", "#e08f8f", "#f9c28a", "#fde3b0")
        + fade("water", "#3f86a0", "#1c5570")
        + glow("sun", "#fff2cf", 0.85),
    )  # fmt: skip


def get_well() -> str:
    """Tea, a slice of lemon and an open book."""
    return card(
        dot(150, 110, 120, "url(#light)"),
        box(0, 184, 320, 56, "#a9744f"), box(0, 184, 320, 5, "#c38d66"),
        path("M132 92C120 74 148 66 136 46M160 88C148 68 178 60 164 36M188 92C176 74 204 66 192 46",
             stroke="#ffffffcc", width=6),
        '<ellipse cx="158" cy="202" rx="78" ry="11" fill="#efe3d0"/>',
        '<ellipse cx="158" cy="199" rx="60" ry="7" fill="#fff"/>',
        path("M104 104H212C214 152 204 190 180 196H136C112 190 102 152 104 104Z", "url(#cup)"),
        '<ellipse cx="158" cy="105" rx="54" ry="11" fill="#8a4b23"/>',
        '<ellipse cx="158" cy="107" rx="46" ry="7" fill="#b96a30"/>',
        path("M210 120C246 114 246 164 204 168", stroke="#d9654e", width=9),
        at(158, 150, heart(19, CREAM)),
        at(66, 196, dot(0, 0, 21, LAMP), dot(0, 0, 17, "#fff3c4"),
           *[at(0, 0, path("M0-3-4-14H4Z", LAMP), turn=60 * n) for n in range(6)]),
        at(276, 178, leaf(44, LEAF), turn=-18), at(284, 182, leaf(40, FERN), turn=22),
        at(268, 184, leaf(36, FERN), turn=-48),
        box(260, 176, 40, 30, "#7a6bb0", 4), box(257, 172, 46, 8, "#57439b", 3),
        ground="url(#wall)",
        defs=fade("wall", "#e3f1ea", "#cfe7dc") + fade("cup", "#ef8a73", "#d9654e", sideways=True)
        + glow("light", "#fff", 0.85),
    )  # fmt: skip


CARDS: dict[str, Callable[[], str]] = {
    "thinking-of-you": thinking_of_you,
    "birthday-en": partial(birthday, "Happy birthday"),
    "birthday-es": partial(birthday, "Feliz cumpleaños"),
    "good-night": good_night,
    "home": home,
    "love": love,
    "missing-en": partial(missing, "I miss you"),
    "missing-es": partial(missing, "Te extraño"),
    "proud": proud,
    "thanks-en": partial(thanks, "Thank you"),
    "thanks-es": partial(thanks, "Gracias"),
    "flowers": flowers,
    "mother-en": partial(mother, "For you, Mom"),
    "mother-es": partial(mother, "Para ti, mamá"),
    "new-day": new_day,
    "courage": courage,
    "get-well": get_well,
    "celebrate": celebrate,
    "winter": winter,
}
