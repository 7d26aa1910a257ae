import { UserX } from "lucide-react";
import { directory } from "../../i18n/directory";
import { useApp } from "../hooks/app";
import listing from "../listing/listing.module.css";
import { useUser } from "../listing/person";
import { EmptyState, PaneHeader, SkeletonRows, useDelayed } from "../ui";
import { ProfileFacts } from "./profile_facts";

const s = directory.profile;

/** How long somebody unknown is waited for. */
const patience = 4_000;

/** Somebody beside the conversation: who they are, whether they are there, and how to reach them. */
export function ProfilePane({ user: id }: { readonly user: string }) {
  const app = useApp();
  const user = useUser(id);
  const late = useDelayed(patience);
  return (
    <section className={listing.page} aria-label={s.title}>
      <PaneHeader title={s.title} onClose={() => app.navigate({ side: null })} />
      <div className={listing.scroll}>
        {user !== undefined && <ProfileFacts key={id} user={user} />}
        {user === undefined && !late && <SkeletonRows rows={4} />}
        {user === undefined && late && (
          <EmptyState icon={UserX} title={s.missing}>
            {s.missingText}
          </EmptyState>
        )}
      </div>
    </section>
  );
}
