export interface ColumnFacts {
  waiting: number;
  stored: boolean;
  problem: "conflict" | "invalid" | null;
}
