"""What administrators see of the ledger; only services write."""

from core.admin import ReadOnlyAdmin
from django.contrib import admin

from ledger.models import Account, Import, Statement, Transaction


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """Shows accounts."""

    list_display = ("name", "owner", "bank", "number", "currency")
    list_select_related = ("owner",)
    search_fields = ("=uid", "name", "number")


@admin.register(Transaction)
class TransactionAdmin(ReadOnlyAdmin):
    """Shows transactions."""

    list_display = ("booked_on", "account", "amount", "currency", "payee", "status")
    list_select_related = ("account",)
    search_fields = ("=uid", "=source_uid", "=external_id")
    show_full_result_count = False


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    """Shows statements."""

    list_display = ("account", "starts_on", "ends_on", "opening", "closing", "reconciled_at")
    list_select_related = ("account",)


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    """Shows imports, without the files: those are their owner's."""

    list_display = ("created_at", "filename", "owner", "kind", "state", "added", "known", "skipped")
    list_select_related = ("owner",)
    list_filter = ("state", "kind")
    search_fields = ("=uid", "=sha256")
    exclude = ("content",)
