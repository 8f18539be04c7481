package io.graftwatch.windows.live;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// A channel, what of it is wanted, and what is blind without it.
///
/// @param name the channel
/// @param selects XPath expressions, each of fewer than twenty terms, which is what a query takes
/// @param required its absence is a lack; else it belongs to a product that need not be there
/// @param without what cannot be seen without it
/// @param remedy the command that switches it on
record Channel(String name, List<String> selects, boolean required, String without, String remedy) {

  /// All channels, the most telling first.
  static final List<Channel> ALL =
      List.of(
          new Channel(
              "Security",
              List.of(ids(4688, 4689, 4697, 4698, 4702, 1102, 4719, 4657)),
              true,
              "process starts, scheduled tasks and services cannot be seen",
              "auditpol /set /subcategory:\"Process Creation\" /success:enable"),
          new Channel(
              "Microsoft-Windows-Sysmon/Operational",
              List.of(ids(1, 3, 4, 5, 7, 11, 13, 23, 26, 255)),
              true,
              "connections and written files cannot be seen, and process starts only by 4688",
              "sysmon64 -accepteula -i"),
          new Channel(
              "Application",
              List.of(
                  ids(15457, 15281, 33205, 8128, 17135, 17750, 3299),
                  of(
                      "Microsoft-Windows-IIS-W3SVC-WP",
                      2214,
                      2220,
                      2280,
                      2282,
                      2293,
                      2295,
                      2296,
                      2298),
                  of("Application Error", 1000)),
              true,
              "what SQL Server, IIS and Apache report cannot be seen",
              "wevtutil sl Application /e:true"),
          new Channel(
              "System",
              List.of(ids(7045, 104), of("Microsoft-Windows-WAS", 5009, 5010, 5011, 5013)),
              true,
              "installed services and cleared logs cannot be seen",
              "wevtutil sl System /e:true"),
          new Channel(
              "Microsoft-IIS-Configuration/Operational",
              List.of(ids(29)),
              false,
              "changes to IIS's configuration cannot be seen; the channel is off by default",
              "wevtutil sl Microsoft-IIS-Configuration/Operational /e:true"),
          new Channel(
              "MSExchange Management",
              List.of(ids(1, 6)),
              false,
              "Exchange cmdlets cannot be seen",
              "wevtutil sl \"MSExchange Management\" /e:true"),
          new Channel(
              "Microsoft-Windows-PowerShell/Operational",
              List.of(ids(4104)),
              false,
              "script blocks cannot be seen",
              "wevtutil sl Microsoft-Windows-PowerShell/Operational /e:true"));

  Channel {
    selects = List.copyOf(selects);
  }

  private static String ids(int... ids) {
    return "*[System[(" + terms(ids) + ")]]";
  }

  private static String of(String provider, int... ids) {
    return "*[System[Provider[@Name='" + provider + "'] and (" + terms(ids) + ")]]";
  }

  private static String terms(int... ids) {
    return Arrays.stream(ids).mapToObj(id -> "EventID=" + id).collect(Collectors.joining(" or "));
  }

  /// The structured query over this channel alone.
  String query() {
    var query = new StringBuilder("<QueryList><Query Id=\"0\" Path=\"").append(name).append("\">");
    for (String select : selects) {
      query.append("<Select Path=\"").append(name).append("\">").append(select).append("</Select>");
    }
    return query.append("</Query></QueryList>").toString();
  }
}
