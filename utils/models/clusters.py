"""The clusters of the World Economic Forum's initiative: who had joined by when."""

from __future__ import annotations

from utils.expressions import total, where, within


def members_by(wave, first_of_country, joined_by):
    """The clusters and countries that had joined by an announcement.

    wave: column, the number of the announcement (0 … 4) that first names the cluster. first_of_country: column, 1 in
    the row of the first cluster of each country, else 0. joined_by: the announcement up to which to count.
    Outputs: ``member`` by row, 1 if it had joined; ``clusters`` and ``countries``, their numbers.
    Raises ``ValueError`` for a wave outside 0 to 4. Sources: see the table ``tic_clusters``.
    """
    within(0, 4, wave=wave, joined_by=joined_by)
    within(0, 1, first_of_country=first_of_country)
    member = where(wave <= joined_by, 1, 0)
    return {"member": member, "clusters": total(member), "countries": total(member * first_of_country)}
