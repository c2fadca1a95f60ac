using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HaConsole.Tidy.Tests;

/// <summary>
/// Every sentence that the program can say has its French one. The program is read for its texts: who adds a sentence is told here what is
/// missing and where, and who changes one is told that the French one has to follow.
/// </summary>
public sealed partial class SentenceTests
{
    private const string Books = "src/HaConsole.Web/Language/fr/";

    private static readonly string[] Rooms =
    [
        "src/HaConsole.Failover/", "src/HaConsole.Engine/", "src/HaConsole.Simulation/", "src/HaConsole.Storage/",
        "src/HaConsole.Web/Operations/", "src/HaConsole.Web/Model/", "src/HaConsole.Web/Authentication/", "src/HaConsole.Web/Licensing/",
    ];

    /// <summary>What these say is read in the log of the process, in a database or on the command line.</summary>
    private static readonly string[] Silent =
    [
        "/Cli/", "HaConsole.Storage/Forwarding/", "HaConsole.Storage/History/", "HaConsole.Storage/Rows/", "HaConsole.Storage/DatabaseMigration.cs", "HaConsole.Storage/DatabaseUpkeep.cs",
        "HaConsole.Storage/Retention.cs", "HaConsole.Storage/HaModel.cs", "HaConsole.Storage/Embedded/", "HaConsole.Storage/SqlCheck.cs", "HaConsole.Simulation/Results/ResultWriter.cs", "HaConsole.Failover/TransitionTableDocument.cs",
        "HaConsole.Engine/Configuration/SettingsKeys.cs", "HaConsole.Engine/FileSets/Wire/", "HaConsole.Engine/FileSets/Posix/", "HaConsole.Engine/VirtualIp/AddressCommands.cs",
        "HaConsole.Engine/VirtualIp/FrameSocket.cs", "HaConsole.Engine/Standby/StandbyAnswer.cs", "HaConsole.Engine/Balancers/AgentAnswer.cs", "HaConsole.Engine/Balancers/BalancerWords.cs", "HaConsole.Web/Model/Balancers/BalancerRecipes.cs", "HaConsole.Engine/Notifications/Senders/MailText.cs", "HaConsole.Engine/Notifications/Senders/WebhookBody.cs",
        "HaConsole.Engine/Services/SupervisorProcess.cs", "HaConsole.Engine/Services/SupervisorOptions.cs",
        "HaConsole.Web/Operations/SettingsCommandLine.cs", "HaConsole.Web/Model/FileSets/Amounts.cs", "HaConsole.Web/Model/Logs/", "HaConsole.Web/Authentication/BrowserName.cs", "HaConsole.Web/Authentication/SignInBrake.cs",
        "HaConsole.Web/Authentication/ProgramAuthentication.cs", "HaConsole.Web/Authentication/UserStore.cs",
    ];

    /// <summary>Calls whose texts nobody reads on a page: log lines, programming errors, command lines.</summary>
    private static readonly string[] Mute =
    [
        "ArgumentException", "ArgumentOutOfRangeException", "InvalidOperationException", "InvalidDataException", "NotSupportedException", "UnreachableException", "ObjectDisposedException",
        "FormatException", "Regex", "GeneratedRegex", "LogInformation", "LogWarning", "LogError", "LogDebug", "Guide", "Debug.Assert",
    ];

    [Fact]
    public void Every_sentence_has_its_French_one()
    {
        var known = Read().Keys.Select(Bare).ToHashSet(StringComparer.Ordinal);
        Repository.Clean(
            $"sentences without a French one (add them to {Books}; what a person never reads on a page belongs to the lists of {nameof(SentenceTests)})",
            Said().Where(said => !known.Contains(said.Text)).Select(said => $"{said.Place}: {JsonSerializer.Serialize(said.Text, Plain)}").Distinct());
    }

    [Fact]
    public void Every_French_sentence_belongs_to_one_that_is_said()
    {
        var said = Said(everywhere: true).Select(x => x.Text).ToHashSet(StringComparer.Ordinal);
        Repository.Clean(
            "French sentences that nobody says any more",
            Repository.Below([Books], ".json").Where(file => !file.EndsWith("/words.json", StringComparison.Ordinal) && !file.EndsWith("/composed.json", StringComparison.Ordinal))
                .SelectMany(file => One(file).Keys.Where(key => !said.Contains(Bare(key))).Select(key => $"{file}: {key}")));
    }

    [Fact]
    public void Both_languages_have_the_same_holes()
        => Repository.Clean("holes differ", Read().Where(pair => !Holes(pair.Key).SetEquals(Holes(pair.Value)) || pair.Value.Trim().Length == 0).Select(pair => $"{pair.Key} / {pair.Value}"));

    [Fact]
    public void Holes_are_numbered_in_English_order()
        => Repository.Clean("holes out of order", Read().Keys.Where(key => !Hole().Matches(key).Select(x => x.Groups[1].Value[0] - '0').SequenceEqual(Enumerable.Range(0, Hole().Count(key)))));

    [Fact]
    public void No_page_shows_a_sentence_as_it_comes()
        => Repository.Clean("a sentence of the engine on a page that is not in the language of the page (write Spoken(…))", Repository.Below(["src/HaConsole.Web/Components/"], ".razor")
            .SelectMany(file => Repository.Text(file).Split('\n').Select((line, i) => (line, i)).Where(x => Raw().IsMatch(x.line)).Select(x => $"{file}:{x.i + 1}: {x.line.Trim()}")));

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static Dictionary<string, string> Read()
        => Repository.Below([Books], ".json").SelectMany(file => One(file)).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal);

    private static Dictionary<string, string> One(string file) => JsonSerializer.Deserialize<Dictionary<string, string>>(Repository.Text(file))!;

    private static string Bare(string key) => Hole().Replace(key, "{}");

    private static HashSet<string> Holes(string text) => [.. Hole().Matches(text).Select(x => x.Value)];

    /// <summary>The texts of the program that are sentences or pieces of them, with their values as {}.</summary>
    private static IEnumerable<(string Text, string Place)> Said(bool everywhere = false)
    {
        foreach (var (file, root) in Repository.Sources.Where(x => everywhere ? x.File.StartsWith("src/", StringComparison.Ordinal) : Rooms.Any(room => x.File.StartsWith(room, StringComparison.Ordinal)) && !Silent.Any(x.File.Contains)))
        {
            foreach (var node in root.DescendantNodes().OfType<ExpressionSyntax>().Where(IsText))
            {
                if (node.Parent is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum && IsText(sum))
                {
                    continue;
                }

                if (!everywhere && node.Ancestors().Any(x => x is AttributeSyntax || Mute.Contains(NameOf(x))))
                {
                    continue;
                }

                var text = Text(node);
                if (everywhere || (Worded().IsMatch(text) && !Technical().IsMatch(text)))
                {
                    yield return (text, $"{file}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}");
                }
            }
        }
    }

    private static string NameOf(SyntaxNode node) => node switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } => member.Name.Identifier.Text,
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax name } => name.Identifier.Text,
        ObjectCreationExpressionSyntax creation => creation.Type.ToString(),
        _ => "",
    };

    /// <summary>A text, a text with values, or several put together.</summary>
    private static bool IsText(ExpressionSyntax node) => node switch
    {
        LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.StringLiteralExpression),
        InterpolatedStringExpressionSyntax => true,
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum => IsText(sum.Left) || IsText(sum.Right),
        _ => false,
    };

    private static string Text(ExpressionSyntax node) => node switch
    {
        LiteralExpressionSyntax literal when IsText(literal) => literal.Token.ValueText,
        InterpolatedStringExpressionSyntax filled => filled.Contents.Aggregate(new StringBuilder(), (text, part)
            => text.Append(part is InterpolatedStringTextSyntax words ? words.TextToken.ValueText.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal) : "{}")).ToString(),
        BinaryExpressionSyntax sum when IsText(sum) => Text(sum.Left) + Text(sum.Right),
        _ => "{}",
    };

    /// <summary>Two words, or a value with a word: what is less is a name.</summary>
    [GeneratedRegex(@"[A-Za-z]{2,} [a-zA-Z{(→]|\} [a-z]{2,}")]
    private static partial Regex Worded();

    /// <summary>Statements for a database, a shell or this program's command line, formats, lines of a protocol, and lines of the guide's log.</summary>
    [GeneratedRegex(@"\A(?:SELECT|SET|ALTER|CREATE|DROP|INSERT|UPDATE|DELETE|RESET|SHOW|ANALYZE|EXPLAIN|haconsole|exec| --|-----|\[haconsole|PRIVATE KEY|BEGIN |yyyy|AUTH |MAIL FROM:|RCPT TO:|EHLO |HTTP \{|<\{\}>1 |> )|\n|\A(?:SWITCH|Switch (?:remote|this host|local)|Start managed|Check primary|IPS |CTI |IPSWS=)")]
    private static partial Regex Technical();

    [GeneratedRegex(@"\{(\d)\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"@(?:[\w!?]+\.)+(?:Sentence|LastSentence|Answer|ErrorMessage)\b")]
    private static partial Regex Raw();
}
