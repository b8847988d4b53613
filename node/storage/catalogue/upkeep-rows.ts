import type { Shelf, UpkeepMemory } from '../../ports/upkeep-memory.js';
import { upkeepSpaces } from '../layout.js';
import type { Place } from '../rows/key-space.js';
import type { Rows } from '../rows/rows.js';

interface Space<Row> {
  under(rows: Rows): AsyncIterable<readonly [key: string, row: Row]>;
}

const shelfOf = <Row extends Key, Key>(rows: Rows, space: Space<Row>, placeOf: (key: Key) => Place<Row>): Shelf<Row, Key> => ({
  put: (row) => rows.write([placeOf(row).put(row)]),
  at: (key) => placeOf(key).read(rows),
  async *all() {
    for await (const [, row] of space.under(rows)) yield row;
  },
  drop: (key) => rows.write([placeOf(key).drop]),
});

/** The part of a catalogue on `rows` that looking after stored files remembers by. */
export const upkeepMemoryOn = (rows: Rows): UpkeepMemory => {
  const { failedCheck, doubt, spending, announced } = upkeepSpaces;
  return {
    failedChecks: shelfOf(rows, failedCheck, ({ provider, check }) => failedCheck.at(provider, check)),
    doubts: shelfOf(rows, doubt, ({ deal }) => doubt.at(deal)),
    spendings: shelfOf(rows, spending, ({ id }) => spending.at(id)),
    announced: shelfOf(rows, announced, ({ id }) => announced.at(id)),
  };
};
