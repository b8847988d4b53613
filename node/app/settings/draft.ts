import { networks } from '../../core/market/networks.js';

/** What a person chooses when Holdfast is set up. */
export interface Choices {
  /** A network's name, or a chain id. */
  readonly network: string;
  readonly rpc: readonly [string, ...string[]];
  /** Path of an address book, where none ships for the network. */
  readonly book: string | undefined;
  readonly role: 'renter' | 'provider';
}

/** The settings that `choices` mean; undefined for what is left alone. */
export const settingsFrom = ({ network, rpc, book, role }: Choices): Readonly<Record<string, unknown>> => ({
  network,
  rpc: rpc.length === 1 ? rpc[0] : rpc,
  book,
  role,
});

const providerSection = `  "provider": {
    // Multiaddrs to listen on.
    "listen": ["/ip4/0.0.0.0/tcp/4711"],
    // Multiaddrs that others reach this machine at, where they are other ones (behind a router).
    // "announce": ["/ip4/203.0.113.7/tcp/4711"],
    // Folder of sectors and index; without it "provider" beside this file.
    // "folder": "/mnt/disk/holdfast",
    // Smallest revision that is signed, bytes: a dust deal costs more gas than it earns.
    // "minBytes": 0,
    // Bytes of a deal that are served before its renter pays for them, where reading has a price.
    // "egressCreditBytes": 1048576,
    // Tokens for each unit of coin spent on gas that make a voucher or a reward worth taking.
    // "gasFactor": 10,
    // Periods whose gas the operator's coin has to pay for, or an alarm goes off.
    // "coinPeriods": 14,
    // Longest that the daemon takes to end once it is told to, seconds.
    // "stopSeconds": 10,
    // Port of the local HTTP API on 127.0.0.1; 0 takes a free one.
    // "apiPort": 0,
    // Most bytes of sectors.
    "capacityBytes": ${2 ** 40}
  }`;

const renterSection = `  "renter": {
    // How often new deals can pay for reading all their room, where reading has a price.
    // "reads": 1,
    // Versions of each name that stay when one is stored anew; without, all do, and are paid for.
    // "keepVersions": 3,
    // Tokens that the gas of a revision is worth: small files are moved together only where that saves more.
    // "revisionWorth": "0.001",
    // Where "renter run" posts what it needs of you, as JSON; the program that it runs for that, with its arguments.
    // "webhook": "https://example.org/holdfast",
    // "announceCommand": ["mail", "-s", "Holdfast", "me@example.org"],
    // Of n shards on as many providers any k bring a file back.
    "k": 4,
    "n": 6
  }`;

/** A new settings file: the choices, and a comment for each setting. */
export const draftSettings = (choices: Choices): string => {
  const { network, rpc, book, role } = settingsFrom(choices);
  return `// Settings of holdfast: JSON in which comments are allowed; commands that change it keep them.
// HOLDFAST_NETWORK, HOLDFAST_RPC and HOLDFAST_BOOK in the environment win over this file, options of a command over both.
{
  // ${networks.map(({ name }) => name).join(', ')} or a chain id. Picks the address book that ships with the package.
  "network": ${JSON.stringify(network)},

  // JSON-RPC of the chain: one address or a list; several stand in for each other.
  "rpc": ${JSON.stringify(rpc)},
  // Of several, how many must agree before money moves; 1 trusts the first that answers.
  // "rpcAgreement": 2,

  // Most gwei for a unit of gas; one gas price instead of a base fee and a tip; blocks until a transaction counts; blocks until it offers more.
  // "fees": { "maxGwei": 500, "legacy": false, "confirmations": 1, "stuckBlocks": 4 },

  // Address book of the market, where none ships for the network.
  ${book === undefined ? '// "book": "/path/to/book.json"' : `"book": ${JSON.stringify(book)}`},

  // renter or provider; tells "holdfast doctor" what to look at.
  "role": ${JSON.stringify(role)},

${role === 'provider' ? providerSection : renterSection}
}
`;
};
