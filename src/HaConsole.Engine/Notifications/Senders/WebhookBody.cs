using System.Text.Json.Nodes;
using HaConsole.Engine.Configuration;
using HaConsole.Engine.Journal;
using HaConsole.Failover;

namespace HaConsole.Engine.Notifications.Senders;

/// <summary>Bodies of webhooks.</summary>
internal static class WebhookBody
{
    private const int MostShown = 10;

    public static string Of(WebhookTemplate template, NotificationMessage message, string url) => (template switch
    {
        WebhookTemplate.Slack => Slack(message, url),
        WebhookTemplate.Teams => Teams(message, url),
        _ => Generic(message, url),
    }).ToJsonString();

    /// <summary>All facts of all events; also what a command reads from its standard input.</summary>
    public static JsonObject Generic(NotificationMessage message, string url) => new()
    {
        ["id"] = message.Id,
        ["pair"] = message.Pair,
        ["severity"] = Word(message.Severity),
        ["title"] = message.Title,
        ["rule"] = message.Rule,
        ["test"] = message.IsTest,
        ["console"] = url,
        ["events"] = new JsonArray([.. message.Events.Select(Event)]),
    };

    private static JsonNode Event(HaEvent entry) => new JsonObject
    {
        ["id"] = NotificationMessage.IdOf(entry),
        ["epoch"] = entry.Epoch,
        ["sequence"] = entry.Sequence,
        ["server"] = entry.Server,
        ["at"] = entry.At.ToUniversalTime().ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        ["kind"] = entry.Kind,
        ["row"] = entry.Row,
        ["severity"] = Word(entry.Severity),
        ["sentence"] = entry.Sentence,
        ["evidence"] = new JsonObject(entry.Evidence.Select(e => KeyValuePair.Create<string, JsonNode?>(e.Key, e.Value))),
    };

    private static JsonObject Slack(NotificationMessage message, string url)
    {
        var lines = message.Events.TakeLast(MostShown).Select(e => $"{MessageText.Time(e)} · server #{e.Server} · {Escaped(e.Kind)}: {Escaped(MessageText.Line(e.Sentence, 500))}");
        var links = url.Length > 0 ? $"\n<{url}|Console>" : "";
        return new JsonObject
        {
            ["text"] = $"{Sign(message.Severity)} {Escaped(MessageText.Headline(message))}",
            ["attachments"] = new JsonArray(new JsonObject
            {
                ["color"] = Colour(message.Severity),
                ["fallback"] = Escaped(MessageText.Headline(message)),
                ["text"] = string.Join('\n', lines) + links,
                ["footer"] = $"HaConsole, pair {Escaped(message.Pair)}, message {message.Id}",
            }),
        };
    }

    private static JsonObject Teams(NotificationMessage message, string url)
    {
        var body = new JsonArray(new JsonObject
        {
            ["type"] = "TextBlock",
            ["size"] = "Medium",
            ["weight"] = "Bolder",
            ["wrap"] = true,
            ["color"] = message.Severity switch { Severity.Alarm => "Attention", Severity.Warning => "Warning", _ => "Default" },
            ["text"] = Plain(MessageText.Headline(message)),
        });
        foreach (var entry in message.Events.TakeLast(MostShown))
        {
            body.Add(new JsonObject { ["type"] = "TextBlock", ["wrap"] = true, ["text"] = Plain($"{MessageText.Time(entry)}, server #{entry.Server}, {entry.Kind}: {MessageText.Line(entry.Sentence, 500)}") });
        }

        body.Add(new JsonObject { ["type"] = "TextBlock", ["isSubtle"] = true, ["wrap"] = true, ["text"] = Plain($"Pair {message.Pair}, message {message.Id}") });
        var card = new JsonObject { ["type"] = "AdaptiveCard", ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json", ["version"] = "1.4", ["body"] = body };
        if (url.Length > 0)
        {
            card["actions"] = new JsonArray(new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = "Console", ["url"] = url });
        }

        return new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["content"] = card }),
        };
    }

    /// <summary>Nothing in a sentence becomes a link or a mention of Slack.</summary>
    private static string Escaped(string text)
        => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>Nothing in a sentence becomes a link of Teams.</summary>
    private static string Plain(string text) => text.Replace("[", "\\[", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static string Word(Severity severity) => severity.ToString().ToLowerInvariant();

    private static string Sign(Severity severity) => severity switch { Severity.Alarm => ":red_circle:", Severity.Warning => ":large_orange_circle:", _ => ":large_blue_circle:" };

    private static string Colour(Severity severity) => severity switch { Severity.Alarm => "danger", Severity.Warning => "warning", _ => "#1f6feb" };
}
