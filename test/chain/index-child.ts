import { readBook } from '../../node/app/book/book.js';
import { createSettlementReader } from '../../node/chain/settlement-reader.js';
import { address } from '../../node/core/units.js';

// A process of its own for the tests of crashes: reads which deals an account has and prints them.
const [rpcUrl = '', bookPath = '', account = '', directory = ''] = process.argv.slice(2);
const reader = await createSettlementReader({
  rpcUrl,
  book: await readBook(bookPath),
  directory,
  rangeBlocks: 10,
  log: { debug: console.log, info: console.log, warn: console.log, alarm: console.log },
});
console.log(`ids ${(await reader.dealIdsOf('renter', address(account))).join(',')}`);
reader.close();
