import { readFile } from 'node:fs/promises';
import { z } from 'zod/v4';

const amount = z.string().regex(/^\d+$/, 'must be a decimal amount');
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex');
const holdings = z.record(z.string(), z.object({ token: amount, credit: amount, stake: amount }));

/** What a look at the disks needs to know. */
const diskSchema = z.object({
  providers: z.array(z.object({ provider: z.string(), pid: z.number(), dir: z.string(), bytesOnDisk: z.number() })).min(1),
  blocks: z.object({ from: z.number(), through: z.number() }),
});

const summarySchema = diskSchema.extend({
  file: z.object({ bytes: z.number(), sha256 }),
  retrieved: z.object({ bytes: z.number(), sha256 }),
  second: z.object({ bytes: z.number(), sha256, retrievedSha256: sha256, renterTransactions: z.number() }),
  k: z.number(),
  n: z.number(),
  audits: z.object({ proved: z.number(), provedBeforeKill: z.number(), missed: z.number(), missedByKilled: z.number() }),
  rentPaid: amount,
  egressPaid: amount,
  slashed: amount,
  burnt: amount,
  compensated: amount,
  bounty: amount,
  collateralPaid: amount,
  challenges: z.object({
    answered: z.number(),
    expired: z.number(),
    bonds: z.object({ paid: amount, burnt: amount, toProviders: amount, returned: amount }),
  }),
  repairedShards: z.number(),
  transfers: z.array(z.object({ from: z.string(), to: z.string(), amount, reason: z.string(), tx: z.string() })),
  balances: z.object({ before: holdings, after: holdings }),
  gas: z.object({ open: amount, commit: amount, prove: amount, close: amount }),
  killed: z.object({ provider: z.string(), lastProven: z.number() }),
});

export type DiskFile = z.infer<typeof diskSchema>;
export type SummaryFile = z.infer<typeof summarySchema>;

export const readDiskFile = async (path: string): Promise<DiskFile> => diskSchema.parse(JSON.parse(await readFile(path, 'utf8')));
export const readSummaryFile = async (path: string): Promise<SummaryFile> => summarySchema.parse(JSON.parse(await readFile(path, 'utf8')));
