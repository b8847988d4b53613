import { expect } from 'chai';
import { FunctionFragment } from 'ethers';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IHoldToken__factory } from '../../node/chain/contracts/factories/interfaces/IHoldToken__factory.js';
import { IProviderRegistry__factory } from '../../node/chain/contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IRewardPool__factory } from '../../node/chain/contracts/factories/interfaces/IRewardPool__factory.js';
import { IStorageMarket__factory } from '../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';
import { IVault__factory } from '../../node/chain/contracts/factories/interfaces/IVault__factory.js';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');

/** Rows of the table under the heading, as cells. */
const tableUnder = (heading: string): readonly (readonly string[])[] => {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};

const namesIn = (cell: string | undefined): readonly string[] => [...(cell ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name ?? '');

/** The attacks that the settlement rules name. */
const attacks = [
  ...['dilute-and-drop', 'dust weight', 'zero-hash seed', 'copied proof', 'ERC-1271 gas bomb', 'delete at end', 'miss-prove-miss drain'],
  ...[
    'top-up before sync',
    'end inside a run of misses',
    'EIP-7702 voucher',
    'lump-fee farming',
    'challenge flood',
    'never-committed deal',
  ],
  ...['donation to the Vault', 'lying EIP-2935', 're-roll', 'empty revision', 'operator key that lends itself the stake'],
  ...['flood by many wallets', 'voucher voided by cancel', 'voucher voided by close', 'stolen signer that redeems the rent'],
  ...['sectors without number', 'sponsorship of an epoch that never comes'],
];

describe('the page on security', () => {
  it('says of every state-changing function who may call it and why, and of no other', () => {
    const factories = [IStorageMarket__factory, IRewardPool__factory, IProviderRegistry__factory, IVault__factory, IHoldToken__factory];
    const changing = factories
      .flatMap((factory) => factory.createInterface().fragments)
      .filter((fragment) => fragment instanceof FunctionFragment)
      .filter(({ stateMutability }) => stateMutability === 'nonpayable' || stateMutability === 'payable')
      .map(({ name }) => name);
    const rows = tableUnder('Who may call what');
    expect([...new Set(rows.flatMap(([name]) => namesIn(name)))].sort()).to.deep.equal([...new Set(changing)].sort());
    for (const [name, who, why] of rows) expect((who ?? '') !== '' && (why ?? '') !== '', name).to.equal(true);
  });

  it('has a test for every attack that the settlement rules name, and names only tests that are there', () => {
    const tests = globSync(join(root, 'test/contracts/**/*.t.sol'))
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/function (test_\w+)\(/g)])
      .map(([, name]) => name ?? '');
    const rows = tableUnder('Attacks, and what becomes of them');
    for (const attack of attacks)
      expect(
        rows.some(([name]) => name?.startsWith(attack)),
        attack,
      ).to.equal(true);
    for (const [, , test] of rows) for (const name of namesIn(test)) expect(tests).to.include(name);
  });
});
