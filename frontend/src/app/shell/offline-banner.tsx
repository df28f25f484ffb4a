import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Mark } from "@/ui/status";

const subscribe = (listener: () => void) => {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
};

/** No network: what is on screen may be old, what is typed stays here. */
export function OfflineBanner() {
  const { t } = useTranslation("app");
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  if (online) return null;
  return (
    <div className="notice" role="status">
      <Mark kind="warn" />
      {t("offline")}
    </div>
  );
}
