using System.Globalization;
using System.Text;
using HaConsole.Simulation.Results;
using HaConsole.Simulation.Scenarios;
using HaConsole.Web.Hosting;
using HaConsole.Web.Live;
using HaConsole.Web.Model.Simulation;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.Localization;

namespace HaConsole.Web.Components.Pages;

/// <summary>What would happen if: scenarios through the real decision code, in virtual time.</summary>
public sealed partial class Simulator : IDisposable
{
    private const string Both = "both";
    private const string FirstCase = "primary-crashes";

    private readonly PageLanguage language = new();
    private readonly CancellationTokenSource left = new();
    private CancellationTokenSource? running;
    private ScenarioDraft draft = new();
    private SettingsDraft pair = new();
    private IReadOnlyList<ScenarioProblem> problems = [];
    private string chosen = "";
    private string said = "";
    private bool saidBad;
    private bool working;
    private bool exploring;
    private bool changed;
    private int schedules = 100;
    private int tried;
    private ExplorationAnswer? explored;
    private (string Name, string Href)? file;
    private string? link;
    private string? taken;

    private sealed record Shown(SimulationResult A, SimulationResult? B, IReadOnlyList<Fault> Faults);

    private Shown? Answered { get; set; }

    /// <summary>The scenario of a link.</summary>
    [SupplyParameterFromQuery(Name = "s")]
    public string? Shared { get; set; }

    /// <summary>The same scenario with parameter set B.</summary>
    [SupplyParameterFromQuery(Name = "b")]
    public string? SharedOther { get; set; }

    [Inject]
    private IStringLocalizer<Simulator> T { get; set; } = null!;

    [Inject]
    private ConsoleEngine Console { get; set; } = null!;

    [Inject]
    private SimulationRunner Runner { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private PublicUrls Urls { get; set; } = null!;

    /// <inheritdoc/>
    public void Dispose()
    {
        left.Cancel();
        left.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        pair = SettingsDraft.From(SettingsDraft.OfPair(Console.Engine.Configuration.Content));
        if (Shared is null)
        {
            Choose(FirstCase);
        }
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (Shared is not { } text || text == taken)
        {
            return;
        }

        taken = text;
        if (ScenarioLink.Decode(text, out problems) is { } scenario)
        {
            Take(scenario);
            draft.Other = SharedOther is { } other && ScenarioLink.Decode(other, out problems) is { } second ? SettingsDraft.From(second.Settings) : null;
        }
        else
        {
            Choose(FirstCase);
            Say(T["link.wrong"], bad: true);
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && problems.Count == 0)
        {
            await RunAsync();
            StateHasChanged();
        }
    }

    private static string Human(string text) => DurationText.TryParse(text, out var seconds) && seconds < 1e10 ? "= " + DurationText.Human(TimeSpan.FromSeconds(seconds)) : "";

    private void Set(Action change)
    {
        change();
        changed = true;
        chosen = "";
        _ = ReadBoth();
        StateHasChanged();
    }

    private void Say(string sentence, bool bad) => (said, saidBad) = (sentence, bad);

    private void Take(Scenario scenario)
    {
        draft = ScenarioDraft.From(scenario);
        chosen = "";
        said = "";
        changed = true;
    }

    private void Choose(string name)
    {
        var settings = draft.Read(out _)?.Settings ?? new ScenarioSettings();
        if (Answered is null && Shared is null)
        {
            settings = SettingsDraft.OfPair(Console.Engine.Configuration.Content);
        }

        if (ScenarioLibrary.Find(name, T["case." + name], settings) is { } scenario)
        {
            var other = draft.Other;
            Take(scenario);
            draft.Other = other;
            chosen = name;
        }
    }

    private async Task ChooseAsync(ChangeEventArgs e)
    {
        if (e.Value is string { Length: > 0 } name)
        {
            Choose(name);
            await RunAsync();
        }
    }

    /// <summary>Both scenarios, or null and every problem at its field.</summary>
    private (Scenario A, Scenario? B)? ReadBoth()
    {
        Scenario? other = null;
        var a = draft.Read(out var found);
        problems = found;
        if (draft.Other is { } settings)
        {
            other = draft.Read(settings, out found);
            problems = [.. problems, .. found.Where(p => p.Path.StartsWith("$.settings", StringComparison.Ordinal)).Select(p => p with { Path = "B" + p.Path[1..] })];
        }

        return a is null || problems.Count > 0 ? null : (a, other);
    }

    private async Task RunAsync()
    {
        if (working || ReadBoth() is not var (a, b))
        {
            return;
        }

        Keep(a, b);
        await WorkAsync(async token =>
        {
            var first = await Runner.RunAsync(a, token);
            var second = b is null || first.Result is null ? null : await Runner.RunAsync(b, token);
            var failed = first.Result is null ? first : second is { Result: null } ? second : null;
            if (failed is not null)
            {
                Say(T["end." + failed.End, Spoken(failed.Sentence)], bad: true);
                return;
            }

            Answered = new Shown(first.Result!, second?.Result, a.Faults);
            said = "";
            changed = false;
        });
    }

    private async Task ExploreAsync()
    {
        if (working || ReadBoth() is not var (a, _))
        {
            return;
        }

        explored = null;
        tried = 0;
        exploring = true;
        await WorkAsync(async token =>
        {
            // Each exploration tries other schedules than the one before.
            var seed = Random.Shared.NextInt64(1_000_000_000);
            explored = await Runner.ExploreAsync(a with { Seed = seed }, schedules, Progress, token);
        });
        exploring = false;
    }

    private void Progress(int done) => _ = InvokeAsync(() => language.RunAsync(() =>
    {
        tried = done;
        StateHasChanged();
    }));

    private Task ShowAsync(Scenario scenario)
    {
        Take(scenario);
        return RunAsync();
    }

    private async Task WorkAsync(Func<CancellationToken, Task> work)
    {
        working = true;
        StateHasChanged();
        using var own = CancellationTokenSource.CreateLinkedTokenSource(left.Token);
        running = own;
        try
        {
            await work(own.Token);
        }
        finally
        {
            running = null;
            working = false;
        }
    }

    private void Stop() => running?.Cancel();

    /// <summary>The scenario as file, link and command line; the link is the page's address too, so that a reload comes back to it.</summary>
    private void Keep(Scenario a, Scenario? b)
    {
        var bytes = Encoding.UTF8.GetBytes(ScenarioWriter.Write(a));
        file = (FileName(a.Name), "data:application/json;base64," + Convert.ToBase64String(bytes));
        var query = ScenarioLink.Encode(a) is { } first ? "?s=" + first : null;
        query = query is not null && b is not null ? ScenarioLink.Encode(b) is { } second ? $"{query}&b={second}" : null : query;
        if (query is not { Length: <= ScenarioLink.Longest })
        {
            link = null;
            return;
        }

        taken = query[3..].Split('&')[0];
        link = Urls.For("simulator" + query, new Uri(Navigation.BaseUri)).ToString();
        if (Navigation.ToAbsoluteUri("simulator" + query).ToString() != Navigation.Uri)
        {
            Navigation.NavigateTo("simulator" + query, replace: true);
        }
    }

    private async Task UploadAsync(InputFileChangeEventArgs e)
    {
        try
        {
            using var reader = new StreamReader(e.File.OpenReadStream(ScenarioLink.LargestFile), Encoding.UTF8);
            if (ScenarioLink.Read(await reader.ReadToEndAsync(left.Token), out problems) is { } scenario)
            {
                Take(scenario);
                await RunAsync();
            }
            else
            {
                Say(T["upload.wrong", e.File.Name], bad: true);
            }
        }
        catch (IOException)
        {
            Say(T["upload.large", e.File.Name, ScenarioLink.LargestFile / 1024], bad: true);
        }
    }

    /// <summary>A name that every file system takes.</summary>
    private static string FileName(string name)
    {
        var letters = string.Concat(name.ToLower(CultureInfo.InvariantCulture).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        var words = string.Join('-', letters.Split('-', StringSplitOptions.RemoveEmptyEntries));
        return (words.Length is 0 ? "scenario" : words.Length > 60 ? words[..60] : words) + ".json";
    }
}
