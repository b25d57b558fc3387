"""Addresses: customers: opened, limited, activated, blocked, stopped, closed."""

from __future__ import annotations

from django.urls import path

from pleamar.entrypoints.portal.customers.act_page import costly_customer_act, customer_act
from pleamar.entrypoints.portal.customers.activating import activate
from pleamar.entrypoints.portal.customers.acts import ACTS
from pleamar.entrypoints.portal.customers.customer import customer
from pleamar.entrypoints.portal.customers.importing import customer_template, customers_import, customers_import_check
from pleamar.entrypoints.portal.customers.limit import customer_limit
from pleamar.entrypoints.portal.customers.listing import customer_list
from pleamar.entrypoints.portal.customers.opening import customer_new

_COSTLY = {"resume", "reopen"}

urlpatterns = [
    path("customers", customer_list, name="customers"),
    path("customers/new", customer_new, name="customer_new"),
    path("customers/import", customers_import, name="customers_import"),
    path("customers/import/template.csv", customer_template, name="customer_template"),
    path("customers/import/<str:file>", customers_import_check, name="customers_import_check"),
    path("customers/activate", activate, name="activate"),
    path("customers/<str:customer>", customer, name="customer"),
    path("customers/<str:customer>/limit", customer_limit, name="customer_limit"),
    *(
        path(
            f"customers/<str:customer>/{act}",
            costly_customer_act if act in _COSTLY else customer_act,
            {"act": act},
            name=f"customer_{act}",
        )
        for act in ACTS
    ),
]
