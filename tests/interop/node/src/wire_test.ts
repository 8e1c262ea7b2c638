// The golden bytes and JSON (../../wire) are read and written as all languages do. FACTLINE_GOLDEN names the file.
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import * as protobuf from 'protobufjs';

const FILES = ['admin', 'backup', 'ingest', 'query'].map((name) => `factline/v1/${name}_service.proto`);

const root = new protobuf.Root();
root.resolvePath = (_, target) => `${process.env.FACTLINE_PROTOS ?? '../../../protos'}/${target}`;
root.loadSync(FILES).resolveAll();

// protobufjs writes proto3 JSON but for times, which it leaves as they are.
function canonical(type: protobuf.Type, value: Record<string, any>): unknown {
  if (type.fullName === '.google.protobuf.Timestamp') {
    const seconds = new Date(Number(value.seconds ?? 0) * 1000).toISOString().slice(0, 19);
    return `${seconds}${fraction(value.nanos)}Z`;
  }
  if (type.fullName === '.google.protobuf.Duration') return `${value.seconds ?? 0}${fraction(value.nanos)}s`;
  return Object.fromEntries(
    Object.entries(value).map(([name, of]) => {
      const inner = type.fields[name].resolvedType;
      if (!(inner instanceof protobuf.Type) || type.fields[name] instanceof protobuf.MapField) return [name, of];
      return [name, Array.isArray(of) ? of.map((each) => canonical(inner, each)) : canonical(inner, of)];
    }),
  );
}

function fraction(nanos = 0): string {
  return nanos ? '.' + String(nanos / 1_000_000).padStart(3, '0') : '';
}

test('golden messages', () => {
  const lines = readFileSync(process.env.FACTLINE_GOLDEN!, 'utf8').trimEnd().split('\n');
  assert.ok(lines.length > 0);
  for (const { message, wire, json } of lines.map((line) => JSON.parse(line))) {
    const type = root.lookupType(message);
    const decoded = type.decode(Buffer.from(wire, 'hex'));
    assert.strictEqual(Buffer.from(type.encode(decoded).finish()).toString('hex'), wire, message);
    const object = type.toObject(decoded, { longs: String, enums: String, bytes: String, json: true });
    assert.deepStrictEqual(canonical(type, object), json, message);
  }
});
