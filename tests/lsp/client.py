"""An editor, as far as the language server can tell: pygls drives the real program through one story.

    client.py STORY PROGRAM FOLDER

The folder is a repository with `postmortems/2026-10-10-checkout.md`, the postmortem on which every rule is silent. Every
answer passes through lsprotocol's types, which are made from the protocol's own description: an answer that is no answer
fails the story.
"""

import asyncio
import pathlib
import sys

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import BaseLanguageClient

STORY, PROGRAM, FOLDER = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
CHECKOUT = "postmortems/2026-10-10-checkout.md"
PATIENCE = 20
WIDTH = {"utf-8": lambda c: len(c.encode()), "utf-16": lambda c: len(c.encode("utf-16-le")) // 2, "utf-32": lambda c: 1}


class Editor:
    """An editor with one file open at a time."""

    def __init__(self, encodings=("utf-16",), watches=False):
        self.encodings, self.watches = encodings, watches
        self.client = BaseLanguageClient("aftersight-test", "1")
        self.published = asyncio.Queue()
        self.shown = asyncio.Queue()
        self.registered = []
        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda told: self.published.put_nowait(told))
        self.client.feature(types.WINDOW_SHOW_MESSAGE)(lambda told: self.shown.put_nowait(told))
        self.client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: self.registered.extend(params.registrations))

    async def start(self, *arguments):
        await self.client.start_io(PROGRAM, *arguments, "lsp", cwd=str(FOLDER))
        capabilities = types.ClientCapabilities(
            general=types.GeneralClientCapabilities(position_encodings=list(self.encodings)),
            workspace=types.WorkspaceClientCapabilities(
                did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=self.watches)
            ),
        )
        params = types.InitializeParams(capabilities=capabilities, root_uri=FOLDER.as_uri(), process_id=None)
        answer = await self.soon(self.client.initialize_async(params))
        assert answer.server_info.name == "aftersight"
        self.encoding = answer.capabilities.position_encoding
        assert self.encoding in self.encodings, self.encoding
        self.client.initialized(types.InitializedParams())

    async def soon(self, what):
        return await asyncio.wait_for(what, PATIENCE)

    def open(self, path, text, language="markdown"):
        self.uri, self.text, self.version = (FOLDER / path).as_uri(), text, 1
        item = types.TextDocumentItem(uri=self.uri, language_id=language, version=1, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))

    def close(self):
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(text_document=self.document()))

    def save(self):
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(text_document=self.document()))

    def document(self):
        return types.TextDocumentIdentifier(uri=self.uri)

    def position(self, index):
        before = self.text[:index]
        line = before.count("\n")
        last = before[before.rfind("\n") + 1 :]
        return types.Position(line=line, character=sum(map(WIDTH[self.encoding], last)))

    def index(self, position):
        lines = self.text.split("\n")
        at = sum(len(line) + 1 for line in lines[: position.line])
        left = position.character
        for c in lines[position.line]:
            if left <= 0:
                break
            left -= WIDTH[self.encoding](c)
            at += 1
        assert left == 0, f"{position} is no place"
        return at

    def slice(self, range):
        return self.text[self.index(range.start) : self.index(range.end)]

    def replace(self, old, new):
        """Types, as an incremental change."""
        self.edit([types.TextEdit(range=self.range_of(old), new_text=new)])

    def range_of(self, text):
        assert self.text.count(text) == 1, text
        at = self.text.index(text)
        return types.Range(start=self.position(at), end=self.position(at + len(text)))

    def edit(self, edits):
        """Applies edits here and tells the server: the last place first, so that each is right when it is told."""
        changes = []
        for edit in sorted(edits, key=lambda edit: self.index(edit.range.start), reverse=True):
            start, end = self.index(edit.range.start), self.index(edit.range.end)
            self.text = self.text[:start] + edit.new_text + self.text[end:]
            changes.append(types.TextDocumentContentChangePartial(range=edit.range, text=edit.new_text))
        self.version += 1
        document = types.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(text_document=document, content_changes=changes)
        )

    async def diagnostics(self):
        """What is published about the open file in its last version."""
        while True:
            told = await self.soon(self.published.get())
            if told.uri == self.uri and told.version == self.version:
                assert all(one.source == "aftersight" for one in told.diagnostics)
                return {one.code: one for one in told.diagnostics}

    async def actions(self, range, only=None):
        context = types.CodeActionContext(diagnostics=[], only=only)
        params = types.CodeActionParams(text_document=self.document(), range=range, context=context)
        return list(await self.soon(self.client.text_document_code_action_async(params)))

    async def apply(self, range, title):
        offered = await self.actions(range)
        found = [one for one in offered if title in one.title]
        assert len(found) == 1, [one.title for one in offered]
        self.edit(found[0].edit.changes[self.uri])
        return found[0]

    async def hover(self, text):
        at = self.position(self.text.index(text) + 1)
        params = types.HoverParams(text_document=self.document(), position=at)
        return await self.soon(self.client.text_document_hover_async(params))

    async def complete(self, after):
        at = self.position(self.text.index(after) + len(after))
        params = types.CompletionParams(text_document=self.document(), position=at)
        return list(await self.soon(self.client.text_document_completion_async(params)))

    async def leave(self, properly=True):
        if properly:
            assert await self.soon(self.client.shutdown_async(None)) is None
        self.client.exit(None)
        code = await self.soon(self.client._server.wait())
        await self.soon(self.client.stop())
        assert code == (0 if properly else 1), code


def clean():
    return (FOLDER / CHECKOUT).read_text()


async def session():
    """A document with mistakes: told, looked up, mended, and never written."""
    editor = Editor()
    await editor.start()
    on_disk = clean()
    text = on_disk.replace("severity: sev2", "severity: SEV2")
    text = text.replace("| A1 | Give", "|  | Give")
    text = text.replace("About 12,000", "🙂🙂 é [number of users] About 12,000")
    editor.open(CHECKOUT, text)
    told = await editor.diagnostics()
    assert set(told) == {"bad-value", "action-without-id", "template-leftover"}, set(told)
    assert editor.slice(told["bad-value"].range) == "SEV2"
    assert editor.slice(told["template-leftover"].range) == "[number of users]", "emoji are two units long"
    assert told["bad-value"].severity == types.DiagnosticSeverity.Error
    assert "sev2" in told["bad-value"].message
    assert told["bad-value"].code_description.href.endswith("/src/rules/identity/bad_value.md")

    hover = await editor.hover("SEV2")
    assert hover.contents.kind == types.MarkupKind.Markdown and "## Why" in hover.contents.value
    assert editor.slice(hover.range) == "SEV2"
    hover = await editor.hover("detected_by")
    assert "Who noticed first" in hover.contents.value and "- `monitoring`" in hover.contents.value
    assert await editor.hover("A release lowered") is None

    # A guess is offered and not preferred; what it leaves is right.
    guess = await editor.apply(told["bad-value"].range, "a guess")
    assert not guess.is_preferred and guess.diagnostics[0].code == "bad-value"
    told = await editor.diagnostics()
    assert set(told) == {"action-without-id", "template-leftover"}, set(told)
    offered = await editor.actions(told["action-without-id"].range)
    assert [one.is_preferred for one in offered] == [True, False], offered
    assert await editor.actions(told["action-without-id"].range, only=["source.organizeImports"]) == []
    await editor.apply(told["action-without-id"].range, offered[0].title)
    told = await editor.diagnostics()
    assert set(told) == {"template-leftover"}, set(told)

    # Typing, in several changes.
    editor.replace("[number of users] ", "")
    editor.replace("🙂🙂 é ", "")
    assert await editor.diagnostics() == {}

    # Allowing: first the reason is asked for.
    editor.replace("About 12,000 customers", "TODO About 12,000 customers")
    told = await editor.diagnostics()
    assert set(told) == {"template-leftover"}, set(told)
    await editor.apply(told["template-leftover"].range, "Allow `template-leftover`")
    assert set(await editor.diagnostics()) == {"bare-allow"}
    editor.replace("because …", "because it is the name of our product")
    assert await editor.diagnostics() == {}

    assert clean() == on_disk, "the server writes no file"
    await editor.leave()


async def words():
    """Completion of keys and values, with the names of the repository."""
    (FOLDER / "aftersight.yml").write_text("services: { checkout: Takes orders, search: Finds things }\ncauses: [change]\n")
    other = clean().replace("INC-2026-014", "INC-2025-042").replace("title: Checkout", "title: Search")
    (FOLDER / "postmortems/other.md").write_text(other)
    editor = Editor(encodings=("utf-32",))
    await editor.start()
    editor.open(CHECKOUT, clean())
    assert await editor.diagnostics() == {}
    editor.replace("services: [checkout]", "services: [checkout, s]\nrel")
    items = await editor.complete("[checkout, s")
    assert [one.label for one in items] == ["search", "unknown"] and items[0].detail == "Finds things", items
    editor.edit([items[0].text_edit])
    assert "services: [checkout, search]" in editor.text
    keys = {one.label: one for one in await editor.complete("\nrel")}
    assert "related" in keys and "services" not in keys and "impact" not in keys, list(keys)
    editor.edit([keys["related"].text_edit])
    editor.replace("related: ", "related: [")
    items = await editor.complete("related: [")
    assert [(one.label, one.detail[:6]) for one in items] == [("INC-2025-042", "Search")], items
    editor.edit([items[0].text_edit])
    editor.replace("related: [INC-2025-042", "related: [INC-2025-042]")
    assert await editor.diagnostics() == {}
    assert await editor.complete("A release lowered") == []
    editor.replace("A release lowered", "<!-- aftersight: allow(\nA release lowered")
    rules = [one.label for one in await editor.complete("allow(")]
    assert "timeline-gap" in rules and len(rules) > 40
    await editor.leave()


async def bytes_and_line_ends():
    """UTF-8 positions, CRLF and a byte-order mark."""
    editor = Editor(encodings=("utf-16", "utf-8"))
    await editor.start()
    assert editor.encoding == "utf-8"
    text = clean().replace("severity: sev2", "severity: SEV2 # é🙂").replace("12,000 customers", "é🙂 TODO customers")
    editor.open(CHECKOUT, "\ufeff" + text.replace("\n", "\r\n"))
    told = await editor.diagnostics()
    assert set(told) == {"bad-value", "template-leftover"}, set(told)
    assert editor.slice(told["template-leftover"].range) == "TODO"
    await editor.apply(told["bad-value"].range, "a guess")
    assert "severity: sev2 # é🙂\r\n" in editor.text
    told = await editor.diagnostics()
    await editor.apply(told["template-leftover"].range, "Allow")
    assert "because … -->\r\n" in editor.text
    assert set(await editor.diagnostics()) == {"bare-allow"}
    await editor.leave()


async def corpus():
    """Unsaved text stands in the place of the file, for rules over all postmortems too."""
    editor = Editor(watches=True)
    await editor.start()
    editor.open("postmortems/new file.md", clean())
    told = await editor.diagnostics()
    assert set(told) == {"duplicate-id"}, set(told)
    related = told["duplicate-id"].related_information[0]
    assert related.location.uri == (FOLDER / CHECKOUT).as_uri()
    assert editor.registered and editor.registered[0].method == "workspace/didChangeWatchedFiles"
    editor.replace("id: INC-2026-014", "id: INC-2026-015")
    assert await editor.diagnostics() == {}
    # The other file goes away and comes back with the id of this one; only the editor sees it.
    (FOLDER / CHECKOUT).write_text(clean().replace("INC-2026-014", "INC-2026-015"))
    change = types.FileEvent(uri=(FOLDER / CHECKOUT).as_uri(), type=types.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes=[change]))
    assert set(await editor.diagnostics()) == {"duplicate-id"}
    first = editor.uri
    editor.close()
    told = await editor.soon(editor.published.get())
    assert (told.uri, list(told.diagnostics)) == (first, []), "a closed file has no marks"
    # It was never saved, so nothing shares the id any more.
    editor.open(CHECKOUT, (FOLDER / CHECKOUT).read_text())
    assert await editor.diagnostics() == {}
    # A link is followed on the disk, and to what only the editor has.
    editor.replace("\n## Impact\n", "\nSee [the notes](notes.md) and [the rest](2026-10-10-checkout.md#impact).\n\n## Impact\n")
    assert set(await editor.diagnostics()) == {"broken-link"}
    (FOLDER / "postmortems/notes.md").write_text(clean().replace("INC-2026-014", "INC-2026-016"))
    editor.replace("the notes", "our notes")
    assert await editor.diagnostics() == {}
    (FOLDER / "postmortems/notes.md").unlink()
    # What is no postmortem is left in peace.
    editor.open("README.md", "TODO\n")
    assert await editor.diagnostics() == {}
    assert await editor.complete("TODO") == [] and await editor.hover("TODO") is None
    await editor.leave()


async def configuration():
    """A broken configuration is shown, and everything goes on when it is mended."""
    config = FOLDER / "aftersight.yml"
    config.write_text("searhc: none\n")
    editor = Editor()
    await editor.start()
    shown = await editor.soon(editor.shown.get())
    assert shown.type == types.MessageType.Error and "unknown field `searhc`" in shown.message, shown
    editor.open("aftersight.yml", config.read_text(), "yaml")
    config.write_text("severities: [low, high]\n")
    editor.save()
    editor.replace("searhc: none", "severities: [low, high]\nsearch: most")
    while True:
        told = await editor.diagnostics()
        if told:
            break
    assert set(told) == {"configuration"} and editor.slice(told["configuration"].range) == "most"
    items = await editor.complete("search: most")
    assert [one.label for one in items] == ["none", "facets", "full"], items
    assert "How much of the site" in (await editor.hover("search")).contents.value
    editor.open(CHECKOUT, clean())
    told = await editor.diagnostics()
    assert set(told) == {"bad-value"} and "`low` and `high`" in told["bad-value"].message, told
    # A second mistake leaves the last good configuration in force.
    config.write_text("severities: high\n")
    editor.save()
    shown = await editor.soon(editor.shown.get())
    assert "`severities` needs a list" in shown.message, shown
    editor.replace("severity: sev2", "severity: high")
    assert await editor.diagnostics() == {}
    await editor.leave()


async def manners():
    """Requests that are none, requests that are cancelled, and both ways to leave."""
    editor = Editor()
    await editor.start()
    editor.open(CHECKOUT, clean())
    await editor.diagnostics()

    async def refused(method, params, code):
        try:
            await editor.soon(editor.client.protocol.send_request_async(method, params))
        except JsonRpcException as error:
            assert error.code == code, error
        else:
            raise AssertionError(f"{method} was answered")

    rename = types.RenameParams(text_document=editor.document(), position=editor.position(0), new_name="x")
    await refused(types.TEXT_DOCUMENT_RENAME, rename, -32601)
    elsewhere = types.TextDocumentIdentifier(uri="untitled:Untitled-1")
    place = types.Position(line=0, character=0)
    hover = types.HoverParams(text_document=elsewhere, position=place)
    assert await editor.soon(editor.client.text_document_hover_async(hover)) is None
    # Far outside of the text.
    far = types.Range(start=types.Position(line=10**6, character=7), end=types.Position(line=10**6, character=9))
    assert await editor.actions(far) == []
    assert await editor.soon(editor.client.shutdown_async(None)) is None
    hover = types.HoverParams(text_document=editor.document(), position=place)
    await refused(types.TEXT_DOCUMENT_HOVER, hover, -32600)
    editor.client.exit(None)
    assert await editor.soon(editor.client._server.wait()) == 0
    await editor.soon(editor.client.stop())

    editor = Editor()
    await editor.start("--repo", str(FOLDER))
    await editor.leave(properly=False)


asyncio.run(globals()[STORY]())
