import { countText, showTokens } from '../../core/amount-text.js';
import { durability, percentDown, USUAL_SURVIVAL } from '../../core/market/durability.js';
import { monthlyUp } from '../../core/market/monthly-price.js';
import { LEAF_BYTES, type Wei } from '../../core/units.js';
import type { Quote, QuotePart } from '../../renter/homes/quote.js';
import { showSize } from '../amounts.js';
import { dayOfPeriod } from './moment.js';

/** Room for later files from which it is said how much it is of what is stored, and least bytes of it. */
const ROOMY_TIMES = 20;
const ROOMY_BYTES = 2 ** 30;

/** Leaves at each provider, as far as they are known. */
const leavesEach = ({ leaves, later }: Quote): number => leaves + (later ?? 0);

/** Bytes at all providers together. */
const storedBytes = (quote: Quote): number => quote.n * leavesEach(quote) * LEAF_BYTES;

/** Bytes that new deals have room for beyond what is stored now. */
const spareBytes = (quote: Quote): number =>
  quote.parts
    .filter(({ deal }) => deal === undefined)
    .reduce((sum, { maxLeaves }) => sum + Math.max(0, maxLeaves - leavesEach(quote)) * LEAF_BYTES, 0);

const monthlyAt = ({ price }: QuotePart, { periodMilliseconds }: Quote): Wei => monthlyUp(price, { periodBlocks: 1 }, periodMilliseconds);

const partLine = (part: QuotePart, quote: Quote, milliseconds: number): string => {
  const why = part.deal === undefined ? `new deal, ${showTokens(part.escrow)} into escrow` : 'your deal there has room';
  return `          ${part.provider}  ${showTokens(monthlyAt(part, quote))} per GiB-month, until about ${dayOfPeriod(part.end, quote, milliseconds)}: ${why}`;
};

const roomLines = (quote: Quote): readonly string[] => {
  const [stored, spare] = [storedBytes(quote), spareBytes(quote)];
  if (spare < ROOMY_BYTES || spare < ROOMY_TIMES * stored) return [];
  return [
    `  room    ${showSize(spare)} for later files, ${Math.floor(spare / Math.max(1, stored))} times what is stored now, are paid for to the end: is that what you mean?`,
  ];
};

/** The quote as lines for people at `milliseconds` since 1970, before anything is paid. */
export const quoteLines = (quote: Quote, milliseconds: number): readonly string[] => {
  const { k, n, bytes, parts } = quote;
  const opened = parts.filter(({ deal }) => deal === undefined).length;
  return [
    `${bytes === undefined ? 'a stream, of which a part is priced here' : showSize(bytes)}, any ${k} of ${n} shards suffice, ${showSize(storedBytes(quote))} in all`,
    `  durable ${percentDown(durability(k, n, USUAL_SURVIVAL))} likely to be there if each provider is with ${100 * USUAL_SURVIVAL} % and nobody repairs; repaired in time it stays`,
    `  at      ${countText(n, 'provider')}: deals of yours with room, then the cheapest in good standing that have some`,
    ...parts.map((part) => partLine(part, quote, milliseconds)),
    `  price   ${showTokens(quote.pricePerGibMonth)} per GiB-month at the dearest provider, ${showTokens(quote.filePricePerGibMonth)} for a GiB of file at all ${n}`,
    `  total   ${showTokens(quote.total)} of rent to the end of the deals`,
    ...(quote.readOnce === 0n
      ? []
      : [`  reading ${showTokens(quote.readOnce)} for all of it once, more where a provider is late or fails`]),
    ...roomLines(quote),
    opened === 0
      ? '  escrow  nothing: your deals have room'
      : `  escrow  ${showTokens(quote.escrow)} now, into ${countText(opened, 'new deal')}; what is not used comes back`,
    ...(quote.laterEscrow === 0n ? [] : [`  later   ${showTokens(quote.laterEscrow)} more into escrow, as the rest of the file is sent`]),
    ...(opened === 0 || quote.maxEgress === 0n
      ? []
      : [`  egress  ${showTokens(quote.maxEgress)} of it at most for reading: that much a stolen session key can cost`]),
  ];
};

/** The quote as JSON. */
export const quoteJson = (quote: Quote | undefined): Record<string, unknown> | undefined =>
  quote && {
    pricePerGibMonth: quote.pricePerGibMonth,
    filePricePerGibMonth: quote.filePricePerGibMonth,
    total: quote.total,
    readOnce: quote.readOnce,
    escrow: quote.escrow,
    laterEscrow: quote.laterEscrow,
    maxEgress: quote.maxEgress,
    storedBytes: storedBytes(quote),
    durability: durability(quote.k, quote.n, USUAL_SURVIVAL),
    providers: quote.parts.map((part) => ({
      provider: part.provider,
      weiPerGibMonth: monthlyAt(part, quote),
      endPeriod: part.end,
      escrowWei: part.escrow,
      ...(part.deal !== undefined && { deal: part.deal }),
    })),
  };
