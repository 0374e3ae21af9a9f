"""`praxical service` and `praxical product`: what can be charged."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from server.cli.commands import AsJson, command, given, group
from server.cli.desk import Desk
from server.cli.output import say, show_json, show_table
from server.domain.money import parse_money
from server.domain.practice import Product, Service
from server.usecases import manage_services

services = group("Billable services: CPT and HCPCS codes, or the practice's own.")
products = group("Products that a session type can bring.")

Code = Annotated[str, typer.Argument(metavar="CODE", help="Such as 97810.")]
Sku = Annotated[str, typer.Argument(metavar="SKU", help="The product's code.")]
Description = Annotated[str, typer.Option("--description", metavar="TEXT", help="What it is.")]
NewDescription = Annotated[
    str | None, typer.Option("--description", metavar="TEXT", help="What it is.")
]
ProductName = Annotated[str, typer.Option("--name", metavar="TEXT", help="What it is.")]
NewProductName = Annotated[
    str | None, typer.Option("--name", metavar="TEXT", help="What it is.")
]
Fee = Annotated[
    str, typer.Option("--fee", metavar="AMOUNT", help="For one unit, such as 120.00.")
]
NewFee = Annotated[str | None, typer.Option("--fee", metavar="AMOUNT", help="For one unit.")]
Price = Annotated[str, typer.Option("--price", metavar="AMOUNT", help="Such as 18.50.")]
NewPrice = Annotated[
    str | None, typer.Option("--price", metavar="AMOUNT", help="Such as 18.50.")
]
All = Annotated[bool, typer.Option("--all", help="Show archived ones too.")]


@command(
    services,
    "add",
    "praxical service add 97810 --description 'Acupuncture, first 15 minutes' --fee 85",
)
def add_service(desk: Desk, code: Code, *, description: Description, fee: Fee) -> None:
    """Add a service with its fee; no fee makes a session that cannot be claimed."""
    amount = parse_money(fee, desk.settings.billing.currency)
    with desk.writing() as uow:
        manage_services.add_service(uow, Service(code, description, amount))
    say(f"Added the service {code}.")


@command(services, "list", "praxical service list", "praxical service list --json")
def list_services(desk: Desk, *, everything: All = False, as_json: AsJson = False) -> None:
    """List the services."""
    with desk.reading() as uow:
        known = sorted(uow.catalogue.services, key=lambda service: service.code)
    found = [service for service in known if everything or not service.archived]
    if as_json:
        show_json([_service_json(service) for service in found])
        return
    show_table(
        ("CODE", "FEE>", "DESCRIPTION", ""),
        (
            (one.code, one.fee, one.description, "archived" if one.archived else "")
            for one in found
        ),
        "There are no services yet. Add one with: praxical service add CODE",
    )


@command(services, "edit", "praxical service edit 97810 --fee 90")
def edit_service(
    desk: Desk, code: Code, *, description: NewDescription = None, fee: NewFee = None
) -> None:
    """Change a service; charges made already keep their amount."""
    amount = None if fee is None else parse_money(fee, desk.settings.billing.currency)
    changes: dict[str, Any] = given(description=description, fee=amount)
    with desk.writing() as uow:
        service = manage_services.find_service(uow, code)
        manage_services.edit_service(uow, replace(service, **changes))
    say(f"Changed the service {code}.")


@command(services, "archive", "praxical service archive 97810")
def archive_service(desk: Desk, code: Code) -> None:
    """Offer a service no more; appointments keep it."""
    _set_service_archived(desk, code, archived=True)
    say(f"Archived the service {code}.")


@command(services, "unarchive", "praxical service unarchive 97810")
def unarchive_service(desk: Desk, code: Code) -> None:
    """Offer an archived service again."""
    _set_service_archived(desk, code, archived=False)
    say(f"The service {code} is back.")


@command(products, "add", "praxical product add NEEDLES --name 'Box of needles' --price 18.50")
def add_product(desk: Desk, sku: Sku, *, name: ProductName, price: Price) -> None:
    """Add a product with its price."""
    amount = parse_money(price, desk.settings.billing.currency)
    with desk.writing() as uow:
        manage_services.add_product(uow, Product(sku, name, amount))
    say(f"Added the product {sku}.")


@command(products, "list", "praxical product list")
def list_products(desk: Desk, *, everything: All = False, as_json: AsJson = False) -> None:
    """List the products."""
    with desk.reading() as uow:
        known = sorted(uow.catalogue.products, key=lambda product: product.sku)
    found = [product for product in known if everything or not product.archived]
    if as_json:
        show_json([_product_json(product) for product in found])
        return
    show_table(
        ("SKU", "PRICE>", "NAME", ""),
        ((one.sku, one.price, one.name, "archived" if one.archived else "") for one in found),
        "There are no products yet. Add one with: praxical product add SKU",
    )


@command(products, "edit", "praxical product edit NEEDLES --price 19")
def edit_product(
    desk: Desk, sku: Sku, *, name: NewProductName = None, price: NewPrice = None
) -> None:
    """Change a product; charges made already keep their amount."""
    amount = None if price is None else parse_money(price, desk.settings.billing.currency)
    changes: dict[str, Any] = given(name=name, price=amount)
    with desk.writing() as uow:
        product = manage_services.find_product(uow, sku)
        manage_services.edit_product(uow, replace(product, **changes))
    say(f"Changed the product {sku}.")


@command(products, "archive", "praxical product archive NEEDLES")
def archive_product(desk: Desk, sku: Sku) -> None:
    """Offer a product no more."""
    _set_product_archived(desk, sku, archived=True)
    say(f"Archived the product {sku}.")


@command(products, "unarchive", "praxical product unarchive NEEDLES")
def unarchive_product(desk: Desk, sku: Sku) -> None:
    """Offer an archived product again."""
    _set_product_archived(desk, sku, archived=False)
    say(f"The product {sku} is back.")


def _set_service_archived(desk: Desk, code: str, *, archived: bool) -> None:
    with desk.writing() as uow:
        service = manage_services.find_service(uow, code)
        manage_services.edit_service(uow, replace(service, archived=archived))


def _set_product_archived(desk: Desk, sku: str, *, archived: bool) -> None:
    with desk.writing() as uow:
        product = manage_services.find_product(uow, sku)
        manage_services.edit_product(uow, replace(product, archived=archived))


def _service_json(service: Service) -> dict[str, object]:
    return {
        "code": service.code,
        "description": service.description,
        "fee": f"{service.fee.decimal:.2f}",
        "currency": service.fee.currency,
        "archived": service.archived,
    }


def _product_json(product: Product) -> dict[str, object]:
    return {
        "sku": product.sku,
        "name": product.name,
        "price": f"{product.price.decimal:.2f}",
        "currency": product.price.currency,
        "archived": product.archived,
    }
