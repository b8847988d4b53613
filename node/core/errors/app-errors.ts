import { countText } from '../amount-text.js';
import { row } from './row.js';

/** Command line, settings, daemon. */
export const appErrors = {
  USAGE: row<{ detail: string }>((d) => `this command line is not understood: ${d.detail}`, 'Add --help to see how it is called.'),
  BAD_OPTION: row<{ option: string; value: string; expected: string }>(
    (d) => `${d.option} is "${d.value}", and should be ${d.expected}`,
    'Correct the value; --help shows an example.',
  ),
  OPTION_MISSING: row<{ option: string; expected: string }>(
    (d) => `${d.option} is missing: ${d.expected}`,
    'Add the option; --help shows an example.',
  ),
  CONFIG_INVALID: row<{ source: string; key: string; problem: string }>(
    (d) => `the setting ${d.key} from ${d.source} is not usable: ${d.problem}`,
    'Correct it there.',
  ),
  BOOK_MISSING: row<{ path: string }>(
    (d) => `no address book at ${d.path}`,
    'Name the file that the deployment wrote: --book, HOLDFAST_BOOK, or "book" in config.json.',
  ),
  BOOK_NOT_SHIPPED: row<{ chainId: bigint }>(
    (d) => `this package has no address book for chain ${d.chainId}`,
    'Name the file that the deployment on this chain wrote: --book, HOLDFAST_BOOK, or "book" in config.json. Or use another network.',
  ),
  BOOK_INVALID: row<{ path: string; problem: string }>(
    (d) => `${d.path} is not an address book: ${d.problem}`,
    'Take the file that the deployment wrote, unchanged.',
  ),
  RPC_MISSING: row<object>(() => 'no JSON-RPC address of a chain is set', 'Give --rpc, HOLDFAST_RPC, or "rpc" in config.json.'),
  NETWORK_MISMATCH: row<{ url: string; network: string; expected: bigint; actual: bigint }>(
    (d) => `${d.url} serves chain ${d.actual}, and ${d.network} is chain ${d.expected}`,
    'Use an RPC of that network, or name the network that this RPC serves.',
  ),
  CHAIN_REFUSED: row<{ chainId: bigint; reason: string }>(
    (d) => `Holdfast does not run on chain ${d.chainId}: ${d.reason}`,
    'Use another network.',
  ),
  SETTINGS_EXIST: row<{ path: string; present: string }>(
    (d) => `there are settings in ${d.path} already: ${d.present}`,
    'Add --yes to change them to what the options say, or edit the file.',
  ),
  FILE_UNREADABLE: row<{ path: string; reason: string }>(
    (d) => `${d.path} cannot be read: ${d.reason}`,
    'Check the path and its permissions.',
  ),
  WEBHOOK_FAILED: row<{ host: string; reason: string }>(
    (d) => `${d.host} did not take the announcement: ${d.reason}`,
    'Nobody was told this way, and the next round tries again: see that the address takes a POST of JSON, and answers with 2xx.',
  ),
  ANNOUNCER_FAILED: row<{ program: string; reason: string }>(
    (d) => `${d.program} did not announce: ${d.reason}`,
    'Nobody was told this way, and the next round tries again: run the program by hand with a text on its standard input.',
  ),
  CHAIN_READ_ONLY: row<{ action: string }>(
    (d) => `this only reads, and ${d.action} would be a transaction`,
    'This is a bug: report it, with the command that you ran.',
  ),
  PROVIDER_EXISTS: row<{ provider: string; peerId: string }>(
    (d) => `provider ${d.provider} is registered already, with peer ${d.peerId} whose key is not here`,
    'Use the home folder it was set up in, or another wallet.',
  ),
  OPERATOR_MISMATCH: row<{ provider: string; expected: string; operator: string }>(
    (d) => `provider ${d.provider} names the operator ${d.expected}, and the key here is ${d.operator}`,
    'Use the home folder with that operator key, or name this key: "holdfast provider rotate operator", with the wallet of the owner.',
  ),
  OPERATOR_NOT_OWNER: row<{ provider: string; operator: string }>(
    (d) => `${d.operator} is the key of the operator of provider ${d.provider}, not of its owner`,
    "Use the owner's wallet: stake, limits and earnings are its own.",
  ),
  NAME_REFUSED: row<{ name: string; problem: string }>(
    (d) => `"${d.name}" cannot be the name of an object, or of a file that is fetched: ${d.problem}`,
    'Name it with --name when it is put, or with --out when it is fetched; a file in a folder is renamed.',
  ),
  NAME_CLASH: row<{ name: string; first: string; second: string }>(
    (d) => `${d.first} and ${d.second} would both be stored as "${d.name}"`,
    'Put them one by one, with --name or --under.',
  ),
  NAME_TAKEN: row<{ name: string; count: number }>(
    (d) => `there is something called "${d.name}" already${d.count > 1 ? `, one of ${d.count} files whose names would be taken` : ''}`,
    'Choose another name, or add --force to delete what has the new names.',
  ),
  FOLDER_NAMED: row<{ name: string; count: number }>(
    (d) => `"${d.name}" is a folder of ${countText(d.count, 'file')}`,
    'Add -r to delete all of it.',
  ),
  FOLDER_EMPTY: row<{ path: string; name: string; count: number }>(
    (d) => `no file lies in ${d.path}, and --delete would delete all that is stored in "${d.name}": ${countText(d.count, 'file')}`,
    'See whether it is the folder that you mean, and whether its disk is mounted. To delete all that is stored there: holdfast rm -r NAME.',
  ),
  SPOOL_FULL: row<{ name: string; most: number }>(
    (d) => `more than ${d.most} bytes of ${d.name} are under way to providers`,
    'Let more of a stream lie on disk until it is stored (--spool), or put a file.',
  ),
  FILE_EXISTS: row<{ path: string }>(
    (d) => `there is a file at ${d.path} already`,
    'Name another with --out, or have it replaced: --force, where the command takes that.',
  ),
  FILE_TOUCHED: row<{ path: string }>(
    (d) => `${d.path} was changed while what is to replace it was fetched, and is left as it is`,
    'Run the command again: it looks at the file as it is now.',
  ),
  FILE_UNWRITABLE: row<{ path: string; reason: string }>(
    (d) => `${d.path} cannot be written: ${d.reason}`,
    'Check the folder, its permissions and the free space.',
  ),
  DEVNET_FAILED: row<{ code: string }>((d) => `the devnet ended with code ${d.code}`, 'What it printed says why.'),
  DEVNET_NEEDS_CHECKOUT: row<object>(
    () => 'the devnet is not part of the installed package',
    'Clone the sources and run "npm start" there: it brings a chain, contracts and providers up on this machine.',
  ),
  PORT_TAKEN: row<{ port: number }>(
    (d) => `port ${d.port} on 127.0.0.1 is taken`,
    'Set "apiPort" of the provider to another one, or to 0 for a free one.',
  ),
  DAEMON_NOT_RUNNING: row<{ file: string }>((d) => `no daemon answers (${d.file})`, 'Start it with "holdfast provider run".'),
  DAEMON_REFUSED: row<{ url: string; status: number; reason: string }>(
    (d) => `the daemon at ${d.url} answered with status ${d.status}: ${d.reason}`,
    'If the reason does not say what to do, restart the daemon: the file with its token may be of another start.',
  ),
  DAEMON_ANSWER_INVALID: row<{ url: string; problem: string }>(
    (d) => `what answers at ${d.url} does not answer as a daemon does: ${d.problem}`,
    'Restart the daemon: another program may have its old port, or it is of another version.',
  ),
} as const;
