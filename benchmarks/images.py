"""What images cost, and what fingerprints find. Prints; asserts nothing.

    python benchmarks/images.py                draws its own pictures
    python benchmarks/images.py FOLDER         takes near-duplicate originals from a folder of pictures

A 24-megapixel JPEG and PNG to nine variants, each way in a process of its own: a naive Pillow loop (open,
copy, resize each), Pillow with draft and chained sizes (this project's), and pyvips where it is installed
(`uv pip install pyvips pyvips-binary`). Time is the median of five, memory the peak, SSIM that of the
large JPEG against the full picture resized by Lanczos (luma, 8 × 8 blocks). Then recall and false matches of
fingerprints on generated edits.
"""

import io
import itertools
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers/omnilife")]

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageMath  # noqa: E402

from omnilife.images.caps import MAX_PIXELS  # noqa: E402
from omnilife.images.distances import DUPLICATE, SIMILAR, distance  # noqa: E402
from omnilife.images.fingerprint import fingerprint  # noqa: E402
from omnilife.images.headers import read_header  # noqa: E402
from omnilife.images.processing import process  # noqa: E402
from omnilife.images.rendering import FORMATS, SIDES, load_codecs, render  # noqa: E402

ROUNDS = 5
SIZE = (6000, 4000)
PICTURES = 200
type Files = dict[tuple[str, str], bytes]

Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def main() -> None:
    if len(sys.argv) == 4 and sys.argv[1] == "--one":
        one(sys.argv[2], Path(sys.argv[3]))
        return
    if len(sys.argv) == 3 and sys.argv[1] == "--draw":
        draw(Path(sys.argv[2]))
        return
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}\n")
    with tempfile.TemporaryDirectory() as folder:
        # In another process: a child's peak memory begins with its parent's.
        subprocess.run([sys.executable, __file__, "--draw", folder], check=True)  # noqa: S603 (this file)
        print("| 24 megapixels | way | ms | × naive | peak MB | KB of 9 variants | SSIM |")
        print("|---|---|---|---|---|---|---|")
        for name in ("photo.jpg", "photo.png"):
            naive_ms = 0.0
            for way in WAYS:
                run = subprocess.run(  # noqa: S603 (this file)
                    [sys.executable, __file__, "--one", way, str(Path(folder, name))],
                    capture_output=True,
                    text=True,
                    check=False,
                )
                if run.returncode:
                    print(f"| {name} | {way} | not installed | | | | |")
                    continue
                ms, memory, size, likeness = (float(each) for each in run.stdout.split())
                naive_ms = naive_ms or ms
                print(
                    f"| {name} ({Path(folder, name).stat().st_size / 1e6:.1f} MB) | {way} | {ms:.0f}"
                    f" | {naive_ms / ms:.1f} | {memory:.0f} | {size / 1000:.0f} | {likeness:.4f} |"
                )
    near_duplicates(Path(sys.argv[1]) if len(sys.argv) > 1 else None)


# -- sizes and formats ---------------------------------------------------------------------------------------


def draw(folder: Path) -> None:
    """The photo, in both formats."""
    photo = drawn_photo(random.Random(7), SIZE)  # noqa: S311 (the same at each run)
    photo.save(folder / "photo.jpg", quality=92)
    photo.save(folder / "photo.png", compress_level=3)


def one(way: str, path: Path) -> None:
    """One way, in this process: milliseconds, peak MB, bytes, SSIM."""
    make = WAYS[way]
    files = make(path)
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        files = make(path)
        times.append(time.perf_counter() - began)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    made = Image.open(io.BytesIO(files["large", "jpeg"])).convert("L")
    with Image.open(path) as full:
        wanted = full.convert("L").resize(made.size, Image.Resampling.LANCZOS)
    print(
        statistics.median(times) * 1000,
        peak / 1024,
        sum(map(len, files.values())),
        ssim(wanted, made),
    )


def naive(path: Path) -> Files:
    """What one writes first: every variant from the full picture, with the encoders' own settings."""
    image = Image.open(path)
    files: Files = {}
    for (name, side), format_ in itertools.product(SIDES, FORMATS):
        copy = image.copy()
        scale = side / max(copy.size)
        copy = copy.resize((round(copy.width * scale), round(copy.height * scale)), Image.Resampling.LANCZOS)
        file = io.BytesIO()
        copy.save(file, format_)
        files[name, format_] = file.getvalue()
    return files


def chained(path: Path) -> Files:
    """This project's rendering, with its placeholder and fingerprint."""
    load_codecs()
    data = path.read_bytes()
    return {(v.name, v.format): v.data for v in render(data, read_header(data)).variants}


def apart(path: Path) -> Files:
    """The same as it is deployed: checked, and in a process of its own."""
    return {(v.name, v.format): v.data for v in process(path.read_bytes()).variants}


def vips(path: Path) -> Files:
    """libvips' own thumbnails, with the same qualities."""
    import pyvips  # noqa: PLC0415 (only here, and only where it is installed)

    files: Files = {}
    for name, side in SIDES:
        image = pyvips.Image.thumbnail(str(path), side, height=side, size="down").copy_memory()
        files[name, "avif"] = image.heifsave_buffer(Q=60, effort=1, compression="av1", keep="none")
        files[name, "webp"] = image.webpsave_buffer(Q=80, effort=2, keep="none")
        files[name, "jpeg"] = image.jpegsave_buffer(Q=82, interlace=True, optimize_coding=True, keep="none")
    return files


WAYS: dict[str, Callable[[Path], Files]] = {
    "naive Pillow": naive,
    "Pillow, draft and chained": chained,
    "the same, in its own process": apart,
    "pyvips": vips,
}


def ssim(one: Image.Image, other: Image.Image) -> float:
    """Structural similarity (Wang et al. 2004), with 8 × 8 blocks in the place of a sliding window."""
    x, y = one.convert("F"), other.convert("F")

    def mean(image: Image.Image) -> Image.Image:
        return image.reduce(8)

    def product(a: Image.Image, b: Image.Image) -> Image.Image:
        multiplied: Image.Image = ImageMath.lambda_eval(lambda args: args["a"] * args["b"], a=a, b=b)
        return multiplied

    means = [list(each.getdata()) for each in (mean(x), mean(y))]
    squares = [list(mean(product(a, b)).getdata()) for a, b in ((x, x), (y, y), (x, y))]
    total = 0.0
    for mx, my, xx, yy, xy in zip(*means, *squares, strict=True):
        c1, c2 = 6.5025, 58.5225
        total += ((2 * mx * my + c1) * (2 * (xy - mx * my) + c2)) / (
            (mx * mx + my * my + c1) * (xx - mx * mx + yy - my * my + c2)
        )
    return total / len(means[0])


# -- near duplicates -----------------------------------------------------------------------------------------


def near_duplicates(folder: Path | None) -> None:
    """Recall a kind of edit, and how often two different pictures are taken for one."""
    originals = list(pictures(folder))
    prints = [fingerprint(image) for image in originals]
    known = [(image, bits) for image, bits in zip(originals, prints, strict=True) if bits is not None]
    print(f"\n| edit of {len(known)} pictures | duplicate (≤ {DUPLICATE}) | similar (≤ {SIMILAR}) |")
    print("|---|---|---|")
    for name, edit in EDITS.items():
        away = [distance(bits, fingerprint(edit(image)) or 0) for image, bits in known]
        near, alike = (sum(each <= most for each in away) / len(away) for most in (DUPLICATE, SIMILAR))
        print(f"| {name} | {near:.1%} | {alike:.1%} |")
    pairs = [distance(a, b) for (_, a), (_, b) in itertools.combinations(known, 2)]
    false = [sum(each <= most for each in pairs) for most in (DUPLICATE, SIMILAR)]
    print(f"| none: {len(pairs)} pairs of different pictures | {false[0]} false | {false[1]} false |")


def pictures(folder: Path | None) -> Iterator[Image.Image]:
    if folder is None:
        chance = random.Random(11)  # noqa: S311 (the same at each run)
        yield from (drawn_photo(chance, (640, 480)) for _ in range(PICTURES))
        return
    for path in sorted(folder.iterdir()):
        with Image.open(path) as image:
            yield image.convert("RGB").resize((640, 640 * image.height // image.width))


def cropped(image: Image.Image) -> Image.Image:
    across, down = round(image.width * 0.025), round(image.height * 0.025)
    return image.crop((across, down, image.width - across, image.height - down))


def recoded(image: Image.Image) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=40)
    return Image.open(file).convert("RGB")


def marked(image: Image.Image) -> Image.Image:
    over = image.copy()
    ImageDraw.Draw(over).text((image.width * 0.55, image.height * 0.85), "© the shop", "white", font_size=40)
    return Image.blend(image, over, 0.7)


def shifted(image: Image.Image) -> Image.Image:
    red, green, blue = image.split()
    return Image.merge(
        "RGB", (red.point(lambda v: min(255, int(v * 1.15))), green, blue.point(lambda v: int(v * 0.85)))
    )


EDITS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "resized to a half": lambda image: image.resize((image.width // 2, image.height // 2)),
    "cropped by 5 %": cropped,
    "recoded, JPEG at 40": recoded,
    "colours shifted": shifted,
    "a third brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.33),
    "watermarked": marked,
}


def drawn_photo(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    """Something like a photo: light, shapes in front of it, and texture of every scale on all of it."""
    small = (max(2, size[0] // 8), max(2, size[1] // 8))
    scene = Image.new("RGB", small, tuple(chance.randrange(256) for _ in range(3)))
    pen = ImageDraw.Draw(scene)
    for _ in range(14):
        left, top = chance.randrange(-small[0] // 4, small[0]), chance.randrange(-small[1] // 4, small[1])
        wide, high = chance.randrange(small[0] // 10, small[0]), chance.randrange(small[1] // 10, small[1])
        colour = tuple(chance.randrange(256) for _ in range(3))
        draw: Any = chance.choice([pen.ellipse, pen.rectangle])
        draw((left, top, left + wide, top + high), fill=colour)
    photo = scene.resize(size, Image.Resampling.BICUBIC)
    for scale in (64, 16, 4, 1):
        grain = Image.effect_noise((max(2, size[0] // scale), max(2, size[1] // scale)), 16)
        texture = grain.resize(size, Image.Resampling.BICUBIC).convert("RGB")
        photo = ImageChops.add(photo, texture, offset=-128)
    return photo


if __name__ == "__main__":
    main()
