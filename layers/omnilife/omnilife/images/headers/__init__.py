"""What a file says of itself, read from its bytes before anything is decoded.

`read_header` finds the format by content, walks the file's own structure, and refuses what is over a cap, is
broken or hides another file behind the image. Names and content types play no part.

One module a format; each has `read(data) -> Header`, is pure Python, and does a bounded number of steps.
"""

from omnilife.images.headers.header import Header as Header
from omnilife.images.headers.sniffing import read_header as read_header
