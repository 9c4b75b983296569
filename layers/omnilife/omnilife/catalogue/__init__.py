"""The marketplace's products: what is sold, in which category, at what price, and how much of it is there."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.catalogue.alert_models import NewPriceAlert as NewPriceAlert
    from omnilife.catalogue.alert_models import PriceAlert as PriceAlert
    from omnilife.catalogue.alert_models import PriceAlertList as PriceAlertList
    from omnilife.catalogue.browse_categories import CategoryTree as CategoryTree
    from omnilife.catalogue.browse_categories import list_categories as list_categories
    from omnilife.catalogue.browse_products import list_products as list_products
    from omnilife.catalogue.change_stock import adjust_stock as adjust_stock
    from omnilife.catalogue.change_stock import list_stock_changes as list_stock_changes
    from omnilife.catalogue.create_products import create_product as create_product
    from omnilife.catalogue.edit_products import delete_product as delete_product
    from omnilife.catalogue.edit_products import edit_product as edit_product
    from omnilife.catalogue.feed_index import INDEX_SEGMENTS as INDEX_SEGMENTS
    from omnilife.catalogue.feed_index import FeedPage as FeedPage
    from omnilife.catalogue.feed_index import count_products_for_index as count_products_for_index
    from omnilife.catalogue.feed_index import list_products_for_index as list_products_for_index
    from omnilife.catalogue.find_products import IndexedProduct as IndexedProduct
    from omnilife.catalogue.find_products import find_product as find_product
    from omnilife.catalogue.find_products import find_products_for_index as find_products_for_index
    from omnilife.catalogue.find_products import find_products_on_sale as find_products_on_sale
    from omnilife.catalogue.finish_imports import finish_import as finish_import
    from omnilife.catalogue.import_models import ImportJob as ImportJob
    from omnilife.catalogue.import_models import ImportTicket as ImportTicket
    from omnilife.catalogue.import_models import NewImport as NewImport
    from omnilife.catalogue.keep_wishlist import add_wish as add_wish
    from omnilife.catalogue.keep_wishlist import list_wishes as list_wishes
    from omnilife.catalogue.keep_wishlist import remove_wish as remove_wish
    from omnilife.catalogue.listing import ProductFilters as ProductFilters
    from omnilife.catalogue.load_imports import load_import_chunk as load_import_chunk
    from omnilife.catalogue.log_stock import project_inventory_logs as project_inventory_logs
    from omnilife.catalogue.models import Image as Image
    from omnilife.catalogue.models import NewProduct as NewProduct
    from omnilife.catalogue.models import Product as Product
    from omnilife.catalogue.models import ProductPage as ProductPage
    from omnilife.catalogue.models import ProductPatch as ProductPatch
    from omnilife.catalogue.open_imports import create_import as create_import
    from omnilife.catalogue.plan_imports import plan_import as plan_import
    from omnilife.catalogue.prices import shop_currency as shop_currency
    from omnilife.catalogue.problems import AlreadyReviewed as AlreadyReviewed
    from omnilife.catalogue.problems import BusyProduct as BusyProduct
    from omnilife.catalogue.problems import ListFull as ListFull
    from omnilife.catalogue.problems import NotReceived as NotReceived
    from omnilife.catalogue.problems import OutOfStock as OutOfStock
    from omnilife.catalogue.problems import SkuTaken as SkuTaken
    from omnilife.catalogue.problems import WrongCurrency as WrongCurrency
    from omnilife.catalogue.recommend_products import recommend_products as recommend_products
    from omnilife.catalogue.recommendation_models import RecommendationQuery as RecommendationQuery
    from omnilife.catalogue.recommendation_models import Recommendations as Recommendations
    from omnilife.catalogue.record_purchases import record_purchases as record_purchases
    from omnilife.catalogue.report_imports import find_import as find_import
    from omnilife.catalogue.review_models import NewReview as NewReview
    from omnilife.catalogue.review_models import Review as Review
    from omnilife.catalogue.review_models import ReviewPage as ReviewPage
    from omnilife.catalogue.review_products import list_reviews as list_reviews
    from omnilife.catalogue.review_products import review_product as review_product
    from omnilife.catalogue.stock import Adjustment as Adjustment
    from omnilife.catalogue.stock import StockEntry as StockEntry
    from omnilife.catalogue.stock import StockEntryPage as StockEntryPage
    from omnilife.catalogue.store.alerts import AlertStore as AlertStore
    from omnilife.catalogue.store.files import ImportFiles as ImportFiles
    from omnilife.catalogue.store.files import UploadedFile as UploadedFile
    from omnilife.catalogue.store.imports import ImportStore as ImportStore
    from omnilife.catalogue.store.people import personal_holdings as personal_holdings
    from omnilife.catalogue.store.products import ProductStore as ProductStore
    from omnilife.catalogue.store.purchases import PurchaseStore as PurchaseStore
    from omnilife.catalogue.store.recommendations import RecommendationStore as RecommendationStore
    from omnilife.catalogue.store.reservations import restock_units as restock_units
    from omnilife.catalogue.store.reservations import return_stock as return_stock
    from omnilife.catalogue.store.reservations import sell_stock as sell_stock
    from omnilife.catalogue.store.reservations import take_stock as take_stock
    from omnilife.catalogue.store.reviews import ReviewStore as ReviewStore
    from omnilife.catalogue.store.wishes import WishStore as WishStore
    from omnilife.catalogue.train_recommendations import train_recommendations as train_recommendations
    from omnilife.catalogue.trigger_alerts import trigger_price_alerts as trigger_price_alerts
    from omnilife.catalogue.watch_prices import delete_price_alert as delete_price_alert
    from omnilife.catalogue.watch_prices import list_price_alerts as list_price_alerts
    from omnilife.catalogue.watch_prices import set_price_alert as set_price_alert
    from omnilife.catalogue.wish_models import Wish as Wish
    from omnilife.catalogue.wish_models import WishPage as WishPage

__getattr__ = exports(
    __name__,
    {
        "Adjustment": "stock",
        "AlertStore": "store.alerts",
        "AlreadyReviewed": "problems",
        "BusyProduct": "problems",
        "CategoryTree": "browse_categories",
        "FeedPage": "feed_index",
        "INDEX_SEGMENTS": "feed_index",
        "Image": "models",
        "ImportFiles": "store.files",
        "ImportJob": "import_models",
        "ImportStore": "store.imports",
        "ImportTicket": "import_models",
        "IndexedProduct": "find_products",
        "ListFull": "problems",
        "NewImport": "import_models",
        "NewPriceAlert": "alert_models",
        "NewProduct": "models",
        "NewReview": "review_models",
        "NotReceived": "problems",
        "OutOfStock": "problems",
        "PriceAlert": "alert_models",
        "PriceAlertList": "alert_models",
        "Product": "models",
        "ProductFilters": "listing",
        "ProductPage": "models",
        "ProductPatch": "models",
        "ProductStore": "store.products",
        "PurchaseStore": "store.purchases",
        "RecommendationQuery": "recommendation_models",
        "RecommendationStore": "store.recommendations",
        "Recommendations": "recommendation_models",
        "Review": "review_models",
        "ReviewPage": "review_models",
        "ReviewStore": "store.reviews",
        "SkuTaken": "problems",
        "StockEntry": "stock",
        "StockEntryPage": "stock",
        "UploadedFile": "store.files",
        "Wish": "wish_models",
        "WishPage": "wish_models",
        "WishStore": "store.wishes",
        "WrongCurrency": "problems",
        "add_wish": "keep_wishlist",
        "adjust_stock": "change_stock",
        "count_products_for_index": "feed_index",
        "create_import": "open_imports",
        "create_product": "create_products",
        "delete_price_alert": "watch_prices",
        "delete_product": "edit_products",
        "edit_product": "edit_products",
        "find_import": "report_imports",
        "find_product": "find_products",
        "find_products_for_index": "find_products",
        "find_products_on_sale": "find_products",
        "finish_import": "finish_imports",
        "list_categories": "browse_categories",
        "list_price_alerts": "watch_prices",
        "list_products": "browse_products",
        "list_products_for_index": "feed_index",
        "list_reviews": "review_products",
        "list_stock_changes": "change_stock",
        "list_wishes": "keep_wishlist",
        "load_import_chunk": "load_imports",
        "personal_holdings": "store.people",
        "plan_import": "plan_imports",
        "project_inventory_logs": "log_stock",
        "recommend_products": "recommend_products",
        "record_purchases": "record_purchases",
        "remove_wish": "keep_wishlist",
        "restock_units": "store.reservations",
        "return_stock": "store.reservations",
        "review_product": "review_products",
        "sell_stock": "store.reservations",
        "set_price_alert": "watch_prices",
        "shop_currency": "prices",
        "take_stock": "store.reservations",
        "train_recommendations": "train_recommendations",
        "trigger_price_alerts": "trigger_alerts",
    },
)
