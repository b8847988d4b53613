/** A row of the table of errors: a sentence made from exactly the data that the code carries, and what the reader can do. */
export interface Row<Data> {
  readonly says: (data: Data) => string;
  readonly remedy: string;
}

export const row = <Data extends object>(says: (data: Data) => string, remedy: string): Row<Data> => ({ says, remedy });
