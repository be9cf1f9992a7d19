// Reads the path of a Parquet file on standard input, writes as JSON what
// polars makes of it: {types: {column: type}, rows: [{column: value}]}.
// Exit code 77: the module is not installed.
let polars;
try {
  polars = require('nodejs-polars');
} catch {
  process.exit(77);
}
const frame = polars.readParquet(require('fs').readFileSync(0, 'utf8'));
const types = Object.fromEntries(Object.entries(frame.schema).map(([name, type]) => [name, String(type)]));
// polars' own JSON keeps what JavaScript has no type for: decimals and dates.
process.stdout.write(`{"types":${JSON.stringify(types)},"rows":${frame.writeJSON({ format: 'json' })}}`);
