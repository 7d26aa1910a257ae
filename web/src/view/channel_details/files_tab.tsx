import { Files } from "lucide-react";
import { useEffect } from "react";
import { directory } from "../../i18n/directory";
import type { ChannelDetails } from "../../state/channel_details";
import { PagedList } from "../listing/paged_list";
import { FileFound } from "../search/file_found";
import { EmptyState } from "../ui";

const s = directory.details;

/** What was shared in a conversation, the newest first. */
export function FilesTab({ details }: { readonly details: ChannelDetails }) {
  useEffect(() => void details.files.load(), [details]);
  return (
    <PagedList
      list={details.files}
      avatar
      empty={
        <EmptyState icon={Files} title={s.noFiles}>
          {s.noFilesText}
        </EmptyState>
      }
    >
      {(files) => (
        <ul>
          {files.map((file) => (
            <li key={file.id}>
              <FileFound file={file} all={files} />
            </li>
          ))}
        </ul>
      )}
    </PagedList>
  );
}
