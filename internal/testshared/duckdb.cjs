// Reads SQL on standard input, writes the last statement's rows as JSON.
// Exit code 77: the module is not installed.
let duckdb;
try {
  duckdb = require('@duckdb/node-api');
} catch {
  process.exit(77);
}

// Numbers JSON would round keep their digits: they are written raw.
const raw = [];
function plain(v) {
  if (v === null || v === undefined) return null;
  switch (typeof v) {
    case 'bigint': raw.push(v.toString()); return '\u0000' + (raw.length - 1);
    case 'number': case 'boolean': case 'string': return v;
  }
  if (v.constructor && v.constructor.name === 'DuckDBDecimalValue') {
    raw.push(v.toString()); return '\u0000' + (raw.length - 1);
  }
  if (Array.isArray(v.items)) return v.items.map(plain);
  if (v.entries && Array.isArray(v.entries)) return v.entries.map((e) => [plain(e.key), plain(e.value)]);
  if (v.entries && typeof v.entries === 'object')
    return Object.fromEntries(Object.entries(v.entries).map(([k, x]) => [k, plain(x)]));
  return v.toString();
}

(async () => {
  const sql = require('fs').readFileSync(0, 'utf8');
  const instance = await duckdb.DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET threads=1");
  let rows = [];
  const statements = await connection.extractStatements(sql);
  for (let i = 0; i < statements.count; i++) {
    const prepared = await statements.prepare(i);
    const reader = await prepared.runAndReadAll();
    rows = reader.getRowObjects();
  }
  const text = JSON.stringify(rows.map((r) => Object.fromEntries(Object.entries(r).map(([k, v]) => [k, plain(v)]))));
  process.stdout.write(text.replace(/"\\u0000(\d+)"/g, (_, i) => raw[+i]));
})().catch((e) => { console.error(e.message); process.exit(1); });
