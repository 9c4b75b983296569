"""The tree of categories."""

from collections.abc import Mapping

from pydantic import BaseModel

from omnilife.catalogue.store.products import ProductStore


class Category(BaseModel):
    """A category with what is on sale in it and below it."""

    name: str
    path: list[str]
    count: int
    children: list["Category"]


class CategoryTree(BaseModel):
    """All categories that have something on sale, the fullest first."""

    items: list[Category]


def list_categories(store: ProductStore) -> CategoryTree:
    """The tree of categories with counts of active products, exact as of the products' own transactions."""
    return CategoryTree(items=grow(store.category_counts()))


def grow(counts: Mapping[str, int]) -> list[Category]:
    """A tree from counts by path (`home/lighting`). A count includes those of all categories below."""
    root = Category(name="", path=[], count=0, children=[])
    nodes: dict[tuple[str, ...], Category] = {(): root}
    for text, count in counts.items():
        if count <= 0:
            continue
        path = text.split("/")
        for depth in range(len(path) + 1):
            key = tuple(path[:depth])
            if key not in nodes:
                nodes[key] = Category(name=key[-1], path=list(key), count=0, children=[])
                nodes[key[:-1]].children.append(nodes[key])
            nodes[key].count += count
    for node in nodes.values():
        node.children.sort(key=lambda child: (-child.count, child.name))
    return root.children
