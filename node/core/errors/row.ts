import { visibleLine } from '../visible-text.js';

/** A row of the table of errors: a sentence made from exactly the data that the code carries, and what the reader can do. */
export interface Row<Data> {
  readonly says: (data: Data) => string;
  readonly remedy: string;
}

/** Facts with their texts on one line, as a terminal may be given them: names, reasons and addresses are whatever somebody wrote. */
const visible = <Data extends object>(data: Data): Data =>
  new Proxy({} as Data, {
    get: (_, key) => {
      const value: unknown = Reflect.get(data, key);
      return typeof value === 'string' ? visibleLine(value) : value;
    },
  });

export const row = <Data extends object>(says: (data: Data) => string, remedy: string): Row<Data> => ({
  says: (data) => says(visible(data)),
  remedy,
});
