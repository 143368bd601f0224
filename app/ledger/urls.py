"""Addresses of the ledger."""

from django.urls import path, re_path
from django.urls.resolvers import URLPattern

from ledger.views import accounts, imports, rules, transactions

app_name = "ledger"
urlpatterns: list[URLPattern] = [
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.new_account, name="new-account"),
    path("accounts/<uuid:uid>/", accounts.account, name="account"),
    path("accounts/<uuid:uid>/change/", accounts.change_account, name="change-account"),
    path("accounts/<uuid:uid>/statements/new/", accounts.new_statement, name="new-statement"),
    path("statements/<uuid:uid>/", accounts.statement, name="statement"),
    path("statements/<uuid:uid>/reconcile/", accounts.reconcile_statement, name="reconcile"),
    path("transactions/", transactions.transactions, name="transactions"),
    path("transactions/bulk/", transactions.bulk, name="bulk"),
    re_path(r"^transactions\.(?P<form>csv|json)$", transactions.export, name="export"),
    path("transactions/<uuid:uid>/", transactions.transaction, name="transaction"),
    path("transactions/<uuid:uid>/void/", transactions.void, name="void"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.new_import, name="new-import"),
    path("imports/from/<uuid:uid>/", imports.import_version, name="import-version"),
    path("imports/<uuid:uid>/", imports.one_import, name="import"),
    path("imports/<uuid:uid>/layout/", imports.layout, name="layout"),
    path("imports/<uuid:uid>/run/", imports.run, name="run-import"),
    path("categories/", rules.categories, name="categories"),
    path("categories/<uuid:uid>/", rules.category, name="category"),
    path("rules/new/", rules.new_rule, name="new-rule"),
    path("rules/apply/", rules.apply_rules, name="apply-rules"),
    path("rules/<uuid:uid>/", rules.rule, name="rule"),
]
