import type { TeamID, UserID } from "../wire/objects";

/** A person signed in to a workspace on this device, as localStorage "taut.sessions" keeps it. */
export interface Session {
  token: string;
  team_id: TeamID;
  team: string;
  domain: string;
  user: UserID | string;
}
