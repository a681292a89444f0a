"""One reading of one case: walks the stated objects and fills a row for each element."""

from __future__ import annotations

from collections.abc import Mapping

from relapse_rules.facts.case import Case, Recorded, Table, Value
from relapse_rules.facts.fields import FieldReader
from relapse_rules.facts.json_text import RepeatedKeys
from relapse_rules.facts.problems import Problems
from relapse_rules.facts.rows import Row, Rows, check_names, complete_lists, links_of
from relapse_rules.facts.shape import AS_OF, Child, Domain, EntityReader, Place, Shape
from relapse_rules.facts.shown import shorten, shown
from relapse_rules.facts.stated import MismatchError, show

Under = dict[str, tuple[Child, str, object]]
"""What stands under an element: the English name of the entity → how, by which key, and the stated value."""


class Reading:
    """Holds what one reading has found so far. Used once."""

    def __init__(self, shape: Shape, problems: Problems) -> None:
        self.shape = shape
        self.problems = problems
        self.tables: dict[str, Rows] = {}
        self.recorded: dict[tuple[str, str], Recorded] = {}
        self._judged: list[tuple[str, Recorded]] = []
        self._nested: list[tuple[Child, object, str, Row, int]] = []

    def case(self, stated: object, *, whole: bool = True) -> Case | None:
        """Return the case, or None when problems were noted. References of a part (not ``whole``) may point outside it.

        Raises:
            EnoughError: there are too many problems to go on.
        """
        outermost = self.shape.outermost
        under = self._fill(outermost, stated, "", {})
        if not isinstance(stated, Mapping):
            return None
        self._children(outermost, under, "", {}, 0)
        for child, data, path, above, parent in self._nested:
            self._under_named(child, data, path, above, parent)
        check_names(self.tables.values(), self.problems)
        complete = complete_lists(self.shape, self.tables)
        known = complete if whole else dict.fromkeys(complete, False)
        links = links_of(self.shape, self.tables, known, self.problems)
        if self.problems.found:
            return None
        as_of = self.tables[self.shape.context].rows[0][f"{self.shape.context}.{AS_OF}"]
        assert isinstance(as_of, int)  # INVARIANT: shape_of saw that it is a time
        return Case(
            as_of=as_of,
            tables={
                domain.reader.english: self._table(domain, complete=complete[domain.reader.english])
                for domain in self.shape.domains
            },
            links=links,
            recorded=self.recorded,
        )

    def _rows(self, reader: EntityReader) -> Rows:
        """Return the elements of an entity found so far."""
        rows = self.tables.get(reader.english)
        if rows is None:
            rows = self.tables[reader.english] = Rows(reader)
        return rows

    def _table(self, domain: Domain, *, complete: bool) -> Table:
        found = self.tables.get(domain.reader.english)
        if found is None or not found.rows:
            return domain.empty if complete else domain.absent
        return Table(
            entity=domain.reader.english, ids=tuple(found.ids), rows=tuple(found.rows), complete=complete
        )

    # --- one object ---------------------------------------------------------------------------------------------

    def _fill(self, reader: EntityReader, data: object, path: str, row: Row) -> Under:
        """Put the stated fields of an object into ``row`` and return what stands under it."""
        under: Under = {}
        if not isinstance(data, Mapping):
            message = f"“{reader.name}”要填一个对象，这里是{shown(data)}"
            self.problems.add(path, message, "写作 { … }")
            return under
        if isinstance(data, RepeatedKeys):
            self._repeated_keys(data, path)
        before, others, unknown = len(row), 0, False
        find = reader.keys.get
        for key, value in data.items():
            entry = find(key) or self._other(reader, key, value, path, under)
            if entry is None:
                others += 1
                continue
            fact, direct, convert, _, _, _ = entry
            kind = type(value)
            # By type first: 1 is equal to True, and is no 是.
            if (kind is str or kind is bool) and value in direct:
                row[fact] = direct[value]
                continue
            if value is None or kind is dict:
                taken = self._taken(entry, value, path)
            else:
                try:
                    taken = convert(value)
                except MismatchError:
                    taken = self._taken(entry, value, path)
            if taken is None:
                unknown = True
            else:
                row[fact] = taken
        # Each key added a fact or was none of a field, unless two keys name one field.
        if unknown or len(row) - before + others != len(data):
            self._stated_twice(reader, data, path)
        for entry in reader.required:
            if entry.fact not in row and not any(reader.field(key) is entry for key in data):
                self.problems.add(_at(path, entry.spec.english), f"没有填“{entry.spec.name}”", "这一项必须填")
        return under

    def _repeated_keys(self, data: RepeatedKeys, path: str) -> None:
        for key in data.repeated:
            self.problems.add(_at(path, shorten(key)), f"键“{shorten(key)}”写了两次", "删去一处")

    def _other(
        self, reader: EntityReader, key: str, value: object, path: str, under: Under
    ) -> FieldReader | None:
        """Return the field that ``key`` is another spelling of; otherwise note what stands under it, or the problem."""
        # A mapping from Python may have keys of any type.
        stated_key: object = key
        known = stated_key if isinstance(stated_key, str) else None
        if known is not None and known not in reader.children_by_key:
            known = reader.same_key(known)
        if known is None:
            self.problems.unknown_key(path, key, reader, self.shape)
            return None
        if known in reader.keys:
            return reader.keys[known]
        child = reader.children_by_key[known]
        english = child.reader.english
        if english in under:
            first = under[english][1]
            self.problems.add(_at(path, english), f"“{first}”和“{key}”是同一项，写了两次", "删去一处")
        under[english] = (child, key, value)
        return None

    def _taken(self, entry: FieldReader, value: object, path: str) -> Value | None:
        """Take anything that may be stated: null, a judgement with its record, or what cannot be taken."""
        try:
            taken, recorded = entry.take(value)
        except MismatchError as error:
            message = f"“{entry.spec.name}”{error.message}"
            self.problems.add(_at(path, entry.spec.english), message, error.remedy)
            return None
        if recorded is not None and taken is not None:
            self._judged.append((entry.fact, recorded))
        return taken

    def _stated_twice(self, reader: EntityReader, data: Mapping[str, object], path: str) -> None:
        """Note each field that stands under two of its names."""
        names: dict[str, list[str]] = {}
        for key in data:
            entry = reader.field(key)
            if entry is not None:
                names.setdefault(entry.fact, []).append(key)
        for keys in names.values():
            if len(keys) > 1:
                spec = reader.keys[keys[0]].spec
                written = "、".join(f"“{key}”" for key in keys)
                self.problems.add(_at(path, spec.english), f"{written}是同一项，写了两次", "只留一个")

    # --- what stands under it -----------------------------------------------------------------------------------

    def _children(self, reader: EntityReader, under: Under, path: str, row: Row, position: int) -> None:
        """Read what stands under the element at ``position``, in the order of the vocabulary."""
        for child in reader.children:
            english = child.reader.english
            if english not in under:
                if child.place is Place.OBJECT:
                    self._element(child.reader, {}, english, position)
                continue
            data = under[english][2]
            place = _at(path, english)
            match child.place:
                case Place.OBJECT:
                    self._element(child.reader, data, place, position)
                case Place.LIST:
                    self._list(child.reader, data, place, position)
                case Place.NESTED:
                    self._nested.append(
                        (child, data, place, row, self.tables[reader.english].parents[position])
                    )
                case Place.MERGED:
                    pass  # read together with the element that it belongs to

    def _element(self, reader: EntityReader, data: object, path: str, parent: int) -> Row:
        """Read one element into a row of its own, with everything under it."""
        table = self._rows(reader)
        position = len(table.rows)
        row: Row = {}
        table.rows.append(row)
        table.paths.append(path)
        table.parents.append(parent)
        table.ids.append("")
        under = self._fill(reader, data, path, row)
        merged = self._merged(reader, under, path, row) if reader.children else []
        identifier = reader.identifier
        name = row.get(identifier.fact) if identifier is not None else None
        single = reader.spec is not None and reader.spec.single
        table.ids[position] = (
            str(name) if name is not None else reader.english if single else f"{reader.english}[{position}]"
        )
        if self._judged:
            for fact, recorded in self._judged:
                self.recorded[table.ids[position], fact] = recorded
            self._judged.clear()
        if reader.children:
            self._children(reader, under, path, row, position)
            for other, other_under, other_path in merged:
                self._children(other, other_under, other_path, row, position)
        return row

    def _merged(
        self, reader: EntityReader, under: Under, path: str, row: Row
    ) -> list[tuple[EntityReader, Under, str]]:
        """Read the single objects whose facts belong to ``row``; return what stands under each."""
        found: list[tuple[EntityReader, Under, str]] = []
        for child in reader.children:
            english = child.reader.english
            if child.place is Place.MERGED and english in under:
                place = _at(path, english)
                deeper = self._fill(child.reader, under[english][2], place, row)
                found.append((child.reader, deeper, place))
                found.extend(self._merged(child.reader, deeper, place, row))
        return found

    def _list(self, reader: EntityReader, data: object, path: str, parent: int) -> None:
        if not isinstance(data, (list, tuple)):
            remedy = "没有的写 []，不知道的整项不填" if data is None else "写作 [ { … }, { … } ]"
            self.problems.add(path, f"“{reader.name}”要填列表，这里是{shown(data)}", remedy)
            return
        self._rows(reader).lists += 1
        for index, each in enumerate(data):
            self._element(reader, each, f"{path}[{index}]", parent)

    def _under_named(self, child: Child, data: object, path: str, above: Row, parent: int) -> None:
        """Read elements that stand under the one they refer to, such as 就业 under its 家庭成员."""
        reader, link = child.reader, child.link or ""
        if data is None or not isinstance(data, (Mapping, list, tuple)):
            remedy = "没有的写 []，不知道的整项不填"
            self.problems.add(path, f"“{reader.name}”要填对象或列表，这里是{shown(data)}", remedy)
            return
        self._rows(reader).hosts += 1
        listed = isinstance(data, (list, tuple))
        host = self.shape.hosts[reader.english]
        identifier = self.tables[host].reader.identifier
        name = above.get(identifier.fact) if identifier is not None else None
        for index, each in enumerate(data if listed else (data,)):
            place = f"{path}[{index}]" if listed else path
            row = self._element(reader, each, place, parent)
            spec = reader.keys[link.partition(".")[2]].spec
            if name is not None and row.setdefault(link, name) != name:
                message = f"“{spec.name}”是{show(spec, row[link])}，与所在的{self.tables[host].reader.name}不是同一个"
                self.problems.add(_at(place, spec.english), message, "改为同一编号，或不填")


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
