/** What a feature's state may have: it is called when the workspace closes. */
export interface Part {
  close?(): void;
}
