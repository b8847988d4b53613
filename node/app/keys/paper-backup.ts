import { toHex } from '../../core/data/bytes.js';
import type { Address } from '../../core/units.js';
import type { Mnemonic } from './mnemonic.js';

/** What a paper backup says. */
export interface PaperFacts {
  readonly address: Address;
  /** What brings the wallet back: its mnemonic where that is kept, else its key. */
  readonly secret: Mnemonic | Uint8Array;
  /** Network of the home, where one is set. */
  readonly network: string | undefined;
  /** Folder with the list of what is stored, and the folder of keys. */
  readonly catalogue: string;
  readonly keys: string;
}

const COLUMNS = 4;

/** Words with their numbers, in rows of four. */
export const numberedWords = (words: string): readonly string[] => {
  const cells = words.split(' ').map((word, index) => `${String(index + 1).padStart(2)}. ${word.padEnd(10)}`);
  const rows = Math.ceil(cells.length / COLUMNS);
  return Array.from({ length: rows }, (_, row) =>
    cells
      .slice(row * COLUMNS, (row + 1) * COLUMNS)
      .join('  ')
      .trimEnd(),
  );
};

const keyInGroups = (key: Uint8Array): readonly string[] => {
  const groups = toHex(key).slice(2).match(/.{8}/g) ?? [];
  return [`0x ${groups.slice(0, 4).join(' ')}`, `   ${groups.slice(4).join(' ')}`];
};

/** What is true of a paper backup today, in paragraphs. */
const truths = ({ secret, catalogue, keys }: PaperFacts): readonly string[] => {
  const it = secret instanceof Uint8Array ? 'this key' : 'these words';
  return [
    `Whoever reads ${it} has the wallet: its money, and all that is stored with it. No password protects this paper. Keep it where money would be kept, away from the machine, and on no photograph or cloud.`,
    `With ${it}, "holdfast wallet import" brings the wallet back on any machine: coin, tokens, and what the market owes it. All keys of what is stored derive from it.`,
    `The list of what is stored, and where, is not in ${it}. It lies encrypted in the deals, as of the last file that was stored, and "holdfast recover" reads it from there with ${it} alone. What was renamed or deleted since, and what is in deals that had no room for it, is on the machine alone, in ${catalogue}: copy that folder too, while no command runs.`,
    `A provider's other keys (operator.json, peer.json) do not derive from ${it} either: copy the folder ${keys}, and keep its password.`,
  ];
};

const secretLines = (secret: PaperFacts['secret']): readonly string[] =>
  secret instanceof Uint8Array ? keyInGroups(secret) : numberedWords(secret.words);

const titleOf = (secret: PaperFacts['secret']): string =>
  secret instanceof Uint8Array ? 'Private key' : `Mnemonic (BIP-39, ${secret.words.split(' ').length} words, path ${secret.path})`;

const factsOf = ({ address, network }: PaperFacts): readonly string[] => [
  `Address  ${address}`,
  ...(network === undefined ? [] : [`Network  ${network}`]),
];

/** Columns of a line on paper. */
const WIDTH = 78;

const wrapped = (paragraph: string): readonly string[] => {
  const lines: string[] = [];
  for (const word of paragraph.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};

/** The backup as lines of text. */
export const paperText = (facts: PaperFacts): readonly string[] => [
  'HOLDFAST WALLET, PAPER BACKUP',
  '',
  ...factsOf(facts),
  '',
  `${titleOf(facts.secret)}:`,
  '',
  ...secretLines(facts.secret).map((line) => `  ${line}`),
  '',
  ...truths(facts).flatMap((paragraph) => [...wrapped(paragraph), '']),
];

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** The backup as a page to be printed, which loads nothing. */
export const paperPage = (facts: PaperFacts): string =>
  [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><title>Holdfast wallet, paper backup</title>',
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
    '<style>body{font:12pt/1.5 serif;max-width:42em;margin:2em auto}pre{font:13pt/1.7 monospace;border:1px solid;padding:1em}@page{margin:2cm}</style>',
    '</head><body><h1>Holdfast wallet, paper backup</h1>',
    `<pre>${escaped(factsOf(facts).join('\n'))}</pre>`,
    `<h2>${escaped(titleOf(facts.secret))}</h2>`,
    `<pre>${escaped(secretLines(facts.secret).join('\n'))}</pre>`,
    ...truths(facts).map((paragraph) => `<p>${escaped(paragraph)}</p>`),
    '</body></html>',
    '',
  ].join('\n');
