"""Search: products found by shoppers. The truth is the catalogue's; the index can be rebuilt at any time."""

from typing import TYPE_CHECKING

from omnilife.core.lazy import exports

if TYPE_CHECKING:
    from omnilife.search.analytics import AnalyticsQuery as AnalyticsQuery
    from omnilife.search.analytics import SearchAnalytics as SearchAnalytics
    from omnilife.search.analytics import search_analytics as search_analytics
    from omnilife.search.answer_search import answer_search as answer_search
    from omnilife.search.answer_search import search_reads as search_reads
    from omnilife.search.answers import Answers as Answers
    from omnilife.search.clicks import ClickReceipt as ClickReceipt
    from omnilife.search.clicks import ClickReport as ClickReport
    from omnilife.search.configurations import Configurations as Configurations
    from omnilife.search.edit_configuration import delete_rule as delete_rule
    from omnilife.search.edit_configuration import find_rule as find_rule
    from omnilife.search.edit_configuration import list_rules as list_rules
    from omnilife.search.edit_configuration import put_rule as put_rule
    from omnilife.search.edit_configuration import replace_synonyms as replace_synonyms
    from omnilife.search.find_products import search_products as search_products
    from omnilife.search.generations import Generations as Generations
    from omnilife.search.index_generations import IndexGenerations as IndexGenerations
    from omnilife.search.index_one import IndexedState as IndexedState
    from omnilife.search.index_one import ProductToIndex as ProductToIndex
    from omnilife.search.index_one import index_product as index_product
    from omnilife.search.index_one import unindex_product as unindex_product
    from omnilife.search.models import SearchAnswer as SearchAnswer
    from omnilife.search.models import SearchQuery as SearchQuery
    from omnilife.search.popular_queries import refresh_popular_queries as refresh_popular_queries
    from omnilife.search.problems import BusyConfiguration as BusyConfiguration
    from omnilife.search.problems import NothingToRollBackTo as NothingToRollBackTo
    from omnilife.search.problems import ReindexEnded as ReindexEnded
    from omnilife.search.problems import ReindexRunning as ReindexRunning
    from omnilife.search.problems import SearchUnavailable as SearchUnavailable
    from omnilife.search.problems import StaleCursor as StaleCursor
    from omnilife.search.problems import TooManyRules as TooManyRules
    from omnilife.search.problems import UnknownSearch as UnknownSearch
    from omnilife.search.product_index import ProductIndex as ProductIndex
    from omnilife.search.record_click import record_click as record_click
    from omnilife.search.refresh_popularity import popularity_of as popularity_of
    from omnilife.search.refresh_popularity import refresh_popularity as refresh_popularity
    from omnilife.search.reindex_models import NewReindex as NewReindex
    from omnilife.search.reindex_models import ReindexJob as ReindexJob
    from omnilife.search.request_reindex import cancel_reindex as cancel_reindex
    from omnilife.search.request_reindex import find_reindex as find_reindex
    from omnilife.search.request_reindex import request_reindex as request_reindex
    from omnilife.search.roll_up_searches import roll_up_searches as roll_up_searches
    from omnilife.search.rules import Rule as Rule
    from omnilife.search.rules import RuleChange as RuleChange
    from omnilife.search.rules import RulePage as RulePage
    from omnilife.search.run_reindex import begin_reindex as begin_reindex
    from omnilife.search.run_reindex import check_reindex as check_reindex
    from omnilife.search.run_reindex import drop_reindex as drop_reindex
    from omnilife.search.run_reindex import finish_reindex as finish_reindex
    from omnilife.search.run_reindex import index_segment as index_segment
    from omnilife.search.search_log import SearchLog as SearchLog
    from omnilife.search.searches import Outcome as Outcome
    from omnilife.search.similar_products import SimilarProducts as SimilarProducts
    from omnilife.search.similar_products import SimilarQuery as SimilarQuery
    from omnilife.search.similar_products import UnknownProduct as UnknownProduct
    from omnilife.search.similar_products import similar_products as similar_products
    from omnilife.search.store_clicks import ClickStore as ClickStore
    from omnilife.search.store_configuration import ConfigurationStore as ConfigurationStore
    from omnilife.search.store_popularity import PopularityStore as PopularityStore
    from omnilife.search.store_reindex import ReindexStore as ReindexStore
    from omnilife.search.store_rollups import RollupStore as RollupStore
    from omnilife.search.suggest import SuggestionQuery as SuggestionQuery
    from omnilife.search.suggest import Suggestions as Suggestions
    from omnilife.search.suggest import suggest as suggest
    from omnilife.search.suggestion_index import SuggestionIndex as SuggestionIndex
    from omnilife.search.synonyms import SynonymChange as SynonymChange
    from omnilife.search.synonyms import Synonyms as Synonyms
    from omnilife.search.update_index import index_changes as index_changes
    from omnilife.search.update_index import index_products as index_products
    from omnilife.search.visitors import Pseudonyms as Pseudonyms

__getattr__ = exports(
    __name__,
    {
        "AnalyticsQuery": "analytics",
        "Answers": "answers",
        "BusyConfiguration": "problems",
        "ClickReceipt": "clicks",
        "ClickReport": "clicks",
        "ClickStore": "store_clicks",
        "ConfigurationStore": "store_configuration",
        "Configurations": "configurations",
        "Generations": "generations",
        "IndexGenerations": "index_generations",
        "IndexedState": "index_one",
        "NewReindex": "reindex_models",
        "NothingToRollBackTo": "problems",
        "Outcome": "searches",
        "PopularityStore": "store_popularity",
        "ProductIndex": "product_index",
        "ProductToIndex": "index_one",
        "Pseudonyms": "visitors",
        "ReindexEnded": "problems",
        "ReindexJob": "reindex_models",
        "ReindexRunning": "problems",
        "ReindexStore": "store_reindex",
        "RollupStore": "store_rollups",
        "Rule": "rules",
        "RuleChange": "rules",
        "RulePage": "rules",
        "SearchAnalytics": "analytics",
        "SearchAnswer": "models",
        "SearchLog": "search_log",
        "SearchQuery": "models",
        "SearchUnavailable": "problems",
        "SimilarProducts": "similar_products",
        "SimilarQuery": "similar_products",
        "StaleCursor": "problems",
        "SuggestionIndex": "suggestion_index",
        "SuggestionQuery": "suggest",
        "Suggestions": "suggest",
        "SynonymChange": "synonyms",
        "Synonyms": "synonyms",
        "TooManyRules": "problems",
        "UnknownProduct": "similar_products",
        "UnknownSearch": "problems",
        "answer_search": "answer_search",
        "begin_reindex": "run_reindex",
        "cancel_reindex": "request_reindex",
        "check_reindex": "run_reindex",
        "delete_rule": "edit_configuration",
        "drop_reindex": "run_reindex",
        "find_reindex": "request_reindex",
        "find_rule": "edit_configuration",
        "finish_reindex": "run_reindex",
        "index_changes": "update_index",
        "index_product": "index_one",
        "index_products": "update_index",
        "index_segment": "run_reindex",
        "list_rules": "edit_configuration",
        "popularity_of": "refresh_popularity",
        "put_rule": "edit_configuration",
        "record_click": "record_click",
        "refresh_popular_queries": "popular_queries",
        "refresh_popularity": "refresh_popularity",
        "write_again": "refresh_popularity",
        "replace_synonyms": "edit_configuration",
        "request_reindex": "request_reindex",
        "roll_up_searches": "roll_up_searches",
        "search_analytics": "analytics",
        "search_products": "find_products",
        "search_reads": "answer_search",
        "similar_products": "similar_products",
        "suggest": "suggest",
        "unindex_product": "index_one",
    },
)
