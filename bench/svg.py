# Copyright (C) the ngx_http_session_module authors

"""Pieces of a drawing."""

from html import escape

FONT = 'font-family="sans-serif" font-size="12"'


def line(x1, y1, x2, y2, colour, width=1):
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
            f'stroke="{colour}" stroke-width="{width}"/>')


def text(x, y, content, anchor, weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {FONT} '
            f'font-weight="{weight}">{escape(content)}</text>')
