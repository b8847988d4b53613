import { openRpc } from '../../node/chain/rpc/rpc.js';
import { createTransactionQueue } from '../../node/chain/transactions/queue.js';
import { address, type Hex } from '../../node/core/units.js';

// A process of its own for the tests of crashes: submits one transfer, prints what becomes of it.
const [rpcUrl = '', key = '', directory = '', to = '', value = ''] = process.argv.slice(2);
const rpc = await openRpc({ rpcUrl, pollMilliseconds: 20 });
const queue = await createTransactionQueue({
  rpc,
  signerKey: key as Hex,
  directory,
  log: { debug: console.log, info: console.log, warn: console.log, alarm: console.log },
});
const receipt = await queue.submit({ action: 'transfer', to: address(to), data: '0x', value: BigInt(value) });
console.log(`mined ${receipt.hash}`);
await queue.close();
rpc.close();
