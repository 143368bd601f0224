"""What administrators see of the search; only services write."""

from core.admin import ReadOnlyAdmin
from django.contrib import admin

from search.models import SearchEntry


@admin.register(SearchEntry)
class SearchEntryAdmin(ReadOnlyAdmin):
    """Shows entries, without the texts."""

    list_display = ("title", "kind", "date", "is_partial", "indexed_at")
    list_filter = ("kind", "is_partial")
    search_fields = ("=document__uid", "=transaction__uid")
    raw_id_fields = ("document", "transaction", "account", "document_type")
    exclude = ("body", "vector", "title_vector")
    show_full_result_count = False
