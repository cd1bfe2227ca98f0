"""Small things that several cards are drawn with. A card is 320 by 240."""

import math
import random
from collections.abc import Iterable

INK, DUSK, NIGHT, LAMP, CREAM = "#241d2e", "#40307a", "#1a1330", "#f7b53c", "#fff6e3"
CLAY, ROSE, BLUSH, FERN, MINT = "#a62f1e", "#e98f74", "#fbe6e0", "#1c6844", "#dff2e5"
TIDE, SKY, LILAC, LEAF, GOLD = "#0b6074", "#dbf0f4", "#8d80bd", "#4f9a6d", "#ffd27f"


def card(*parts: str, ground: str, defs: str = "") -> str:
    """The whole picture, on a ground of one colour or of a gradient's name."""
    drawn = "".join(parts)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240">'
        f'<defs>{defs}</defs><rect width="320" height="240" fill="{ground}"/>{drawn}</svg>'
    )


def fade(name: str, *stops: str, sideways: bool = False) -> str:
    """A gradient from above to below (or across) through these colours."""
    step = 100 / (len(stops) - 1)
    inner = "".join(
        f'<stop offset="{number * step:.0f}%" stop-color="{colour}"/>'
        for number, colour in enumerate(stops)
    )
    way = 'x2="1" y2="0"' if sideways else 'x2="0" y2="1"'
    return f'<linearGradient id="{name}" x1="0" y1="0" {way}>{inner}</linearGradient>'


def glow(name: str, colour: str, strength: float = 0.8) -> str:
    """A light that fades outwards."""
    return (
        f'<radialGradient id="{name}"><stop offset="0" stop-color="{colour}" '
        f'stop-opacity="{strength}"/><stop offset="1" stop-color="{colour}" stop-opacity="0"/>'
        "</radialGradient>"
    )


def dot(x: float, y: float, size: float, colour: str, opacity: float = 1) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{size}" fill="{colour}" opacity="{opacity}"/>'


def path(d: str, fill: str = "none", stroke: str = "", width: float = 0, more: str = "") -> str:
    line = f'stroke="{stroke}" stroke-width="{width}" ' if stroke else ""
    return (
        f'<path d="{d}" fill="{fill}" {line}stroke-linecap="round" stroke-linejoin="round" {more}/>'
    )


def box(x: float, y: float, wide: float, high: float, colour: str, round_: float = 0) -> str:
    return f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="{round_}" fill="{colour}"/>'


def at(x: float, y: float, *parts: str, turn: float = 0, size: float = 1) -> str:
    inner = "".join(parts)
    return f'<g transform="translate({x} {y}) rotate({turn}) scale({size})">{inner}</g>'


def words(text: str, y: float, size: float, colour: str, x: float = 160) -> str:
    where = f'x="{x}" y="{y}" text-anchor="middle"'
    return f'<text {where} font-size="{size}" fill="{colour}">{text}</text>'


def stars(seed: int, count: int, lowest: float, colour: str = "#fff") -> str:
    chance = random.Random(seed)
    return "".join(
        dot(
            chance.uniform(6, 314),
            chance.uniform(6, lowest),
            chance.choice((0.8, 1.1, 1.6)),
            colour,
            round(chance.uniform(0.45, 1), 2),
        )
        for _ in range(count)
    )


def star(size: float, colour: str, points: int = 5, inner: float = 0.46) -> str:
    """Around 0, 0."""
    corners = []
    for number in range(points * 2):
        radius = size if number % 2 == 0 else size * inner
        angle = math.pi * number / points - math.pi / 2
        corners.append(f"{radius * math.cos(angle):.1f} {radius * math.sin(angle):.1f}")
    return path(f"M{'L'.join(corners)}Z", colour, colour, size * 0.08)


def heart(size: float, colour: str) -> str:
    """Around 0, 0; `size` is about half its width."""
    return at(
        0,
        0,
        path("M0 9C-14-2-10-12-4-12-1-12 0-9 0-8 0-9 1-12 4-12 10-12 14-2 0 9Z", colour),
        size=size / 9,
    )


def leaf(length: float, colour: str) -> str:
    """From 0, 0 upwards."""
    wide = length * 0.3
    return path(
        f"M0 0C{-wide} {-length * 0.35} {-wide} {-length * 0.75} 0 {-length}"
        f"C{wide} {-length * 0.75} {wide} {-length * 0.35} 0 0Z",
        colour,
    ) + path(f"M0 0V{-length * 0.7}", stroke="#00000022", width=length * 0.03)


def blossom(size: float, colour: str, heart_colour: str, petals: int = 6) -> str:
    """Around 0, 0."""
    ring = "".join(
        at(
            0,
            0,
            f'<ellipse cx="0" cy="{-size * 0.62}" rx="{size * 0.36}" ry="{size * 0.5}" '
            f'fill="{colour}"/>',
            turn=360 / petals * number,
        )
        for number in range(petals)
    )
    return ring + dot(0, 0, size * 0.34, heart_colour)


def cloud(colour: str, opacity: float = 1) -> str:
    return (
        f'<g fill="{colour}" opacity="{opacity}"><circle cx="-22" cy="0" r="12"/>'
        '<circle cx="-4" cy="-8" r="17"/><circle cx="18" cy="-2" r="13"/>'
        '<rect x="-34" y="-2" width="65" height="14" rx="7"/></g>'
    )


def bird(colour: str, belly: str, beak: str = LAMP) -> str:
    """Sitting, looking to the right, its feet at 0, 0."""
    return (
        path("M-26-6-40 4-24 4Z", colour)
        + f'<ellipse cx="-4" cy="-14" rx="22" ry="14" fill="{colour}"/>'
        + dot(14, -26, 10, colour)
        + f'<ellipse cx="2" cy="-11" rx="13" ry="9" fill="{belly}"/>'
        + path("M-18-16C-12-26 4-24 6-14-2-8-14-8-18-16Z", "#00000026")
        + path("M23-29 32-25 23-22Z", beak)
        + dot(17, -28, 1.8, INK)
        + path("M-4-2V4M4-2V4", stroke=INK, width=1.6)
    )


def window(x: float, y: float, wide: float, high: float, light: str, frame: str) -> str:
    """Lit, with a cross of four panes."""
    return (
        box(x, y, wide, high, light, 1.5)
        + path(
            f"M{x + wide / 2} {y}V{y + high}M{x} {y + high / 2}H{x + wide}",
            stroke=frame,
            width=2,
        )
        + f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="1.5" fill="none" '
        f'stroke="{frame}" stroke-width="2.4"/>'
    )


def confetti(seed: int, count: int, colours: Iterable[str], lowest: float = 240) -> str:
    chance, kinds = random.Random(seed), list(colours)
    return "".join(
        at(
            chance.uniform(4, 316),
            chance.uniform(4, lowest),
            box(-3, -1.4, chance.uniform(4, 8), 3, chance.choice(kinds), 1.2),
            turn=chance.uniform(0, 180),
        )
        for _ in range(count)
    )
