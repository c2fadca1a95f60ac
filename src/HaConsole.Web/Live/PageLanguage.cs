using System.Globalization;

namespace HaConsole.Web.Live;

/// <summary>
/// The languages in which a component was made. Whoever tells it of news is no browser: what is rendered then must not be in the language of the
/// thread that brings them.
/// </summary>
public sealed class PageLanguage
{
    private readonly CultureInfo culture = CultureInfo.CurrentCulture;
    private readonly CultureInfo language = CultureInfo.CurrentUICulture;

    /// <summary>Does something in these languages; the caller's are as before when it returns.</summary>
    public async Task RunAsync(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, language);
        await work();
    }

    /// <summary>Does something in these languages; the caller's are as before when it returns.</summary>
    public Task RunAsync(Action work) => RunAsync(() =>
    {
        work();
        return Task.CompletedTask;
    });
}
