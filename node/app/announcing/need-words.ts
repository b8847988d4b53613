import { nameText } from '../../core/visible-text.js';
import { countText, showCoins, showTokens } from '../../core/amount-text.js';
import type { Unrenewable } from '../../renter/upkeep/decide-renewal.js';
import type { Need } from '../../renter/upkeep/needs.js';

/** A need for people: what it is, and what they do about it. */
export interface NeedWords {
  readonly text: string;
  readonly remedy: string;
}

const whyNot: Readonly<Record<Unrenewable, string>> = {
  'paid-elsewhere': 'another key began to pay for it',
  challenged: 'a challenge of it is open',
  failing: 'its provider misses audits',
  dearer: 'its provider asks more now than the deal pays',
  'no-longer': 'its provider takes no deal that lasts longer',
  bound: 'only the wallet may let it last longer',
  'over-budget': 'there is too little money',
};

/** `need` in words. */
export const needWords = (need: Need): NeedWords => {
  switch (need.kind) {
    case 'bound':
      return {
        text: `deal ${need.deal} at ${need.provider} ends with period ${need.end - 1}, and only the wallet may let it last longer`,
        remedy: 'run "holdfast renter purse --bounds <periods>", which lets it be renewed without the wallet, or "holdfast renew"',
      };
    case 'move':
      return {
        text: `deal ${need.deal} at ${need.provider} ends with period ${need.end - 1} and cannot be renewed: ${whyNot[need.reason]}`,
        remedy: 'run "holdfast repair --ahead <periods>", which moves what it stores into another deal, for new escrow',
      };
    case 'money':
      return {
        text:
          `${countText(need.deals, 'deal')} cannot be renewed, the first of which ends with period ${need.end - 1}: ` +
          `${showTokens(need.missing)} are missing in the ${need.lacks}`,
        remedy:
          need.lacks === 'purse'
            ? 'run "holdfast renter purse --tokens <amount>", which fills the purse up to that'
            : 'give "holdfast renter run" a greater --budget, or run "holdfast renew"',
      };
    case 'coin':
      return {
        text: `${need.account} has ${showCoins(need.coin)} for gas, and a few renewals take ${showCoins(need.needed)}`,
        remedy: 'run "holdfast renter purse --coin <amount>", or send it coin',
      };
    case 'repair':
      return {
        text: `lost shards of "${nameText(need.name)}" are not placed elsewhere: ${need.detail}`,
        remedy: 'run "holdfast repair" with the wallet',
      };
  }
};

/** One text of several needs, a line or two each, for programs that pass on what they are given. */
export const needsText = (needs: readonly Need[]): string => {
  const lines = needs.map((need) => {
    const { text, remedy } = needWords(need);
    const until = need.due === undefined ? '' : ` (until about ${new Date(need.due).toISOString().slice(0, 16)} UTC)`;
    return `${text}${until}\n  → ${remedy}`;
  });
  return `Holdfast needs you to look after what you have stored:\n\n${lines.join('\n')}\n`;
};
