"""What can be charged: services with their codes and fees, products (SH-04, CR-02)."""

from __future__ import annotations

from dataclasses import replace

from server.domain.errors import AlreadyThere, NotFound
from server.domain.money import Money
from server.domain.practice import Product, Service
from server.usecases import accepted_values as accepted
from server.usecases.ports import UnitOfWork


def find_service(uow: UnitOfWork, code: str) -> Service:
    """Return a service by its code; raises NotFound."""
    service = uow.catalogue.service.get(code)
    if service is None:
        raise NotFound("service", code[:20])
    return service


def add_service(uow: UnitOfWork, service: Service) -> None:
    """Add a service; raises Invalid, AlreadyThere where a service or product has the code."""
    _refuse_taken(uow, accepted.code("code", service.code))
    uow.configuration.save_service(_accepted_service(service))


def edit_service(uow: UnitOfWork, changed: Service) -> None:
    """Store a service's new description or fee, archive it or bring it back.

    Raises NotFound and Invalid. Appointments keep the code; charges made keep their amount.
    """
    find_service(uow, changed.code)
    uow.configuration.save_service(_accepted_service(changed))


def find_product(uow: UnitOfWork, sku: str) -> Product:
    """Return a product by its sku; raises NotFound."""
    for product in uow.catalogue.products:
        if product.sku == sku:
            return product
    raise NotFound("product", sku[:20])


def add_product(uow: UnitOfWork, product: Product) -> None:
    """Add a product; raises Invalid, AlreadyThere where a service or product has the sku."""
    _refuse_taken(uow, accepted.code("sku", product.sku))
    uow.configuration.save_product(_accepted_product(product))


def edit_product(uow: UnitOfWork, changed: Product) -> None:
    """Store a product's new name or price, archive it or bring it back.

    Raises NotFound and Invalid.
    """
    find_product(uow, changed.sku)
    uow.configuration.save_product(_accepted_product(changed))


def _refuse_taken(uow: UnitOfWork, code: str) -> None:
    # One list of codes: a billing item names a service or a product by the same word.
    if code in uow.catalogue.service:
        raise AlreadyThere("service", code)
    if any(product.sku == code for product in uow.catalogue.products):
        raise AlreadyThere("product", code)


def _accepted_service(service: Service) -> Service:
    described = accepted.required_text("description", service.description)
    return replace(
        service, description=described, fee=Money(service.fee.minor, service.fee.currency)
    )


def _accepted_product(product: Product) -> Product:
    return replace(product, name=accepted.required_text("name", product.name))
